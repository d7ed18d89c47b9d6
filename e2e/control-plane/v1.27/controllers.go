package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/deployment"
	"k8s.io/kubernetes/pkg/controller/endpointslice"
	"k8s.io/kubernetes/pkg/controller/namespace"
	"k8s.io/kubernetes/pkg/controller/replicaset"
	"k8s.io/kubernetes/pkg/controller/serviceaccount"
	"k8s.io/kubernetes/pkg/controller/statefulset"
)

// The defaults of kube-controller-manager.
const (
	endpointsPerSlice = 100
	workers           = 5
)

// runControllers runs those controllers of kube-controller-manager that the tests need, unchanged.
// The rest of it (volumes, nodes, autoscaling, cloud providers) is 300 packages more to compile.
func runControllers(arguments []string) int {
	flags := flag.NewFlagSet("kube-controllers", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "the API to work on, with the rights of an admin")
	_ = flags.Parse(arguments)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := startControllers(ctx, *kubeconfig); err != nil {
		fmt.Fprintln(os.Stderr, "kube-controllers:", err)
		return 1
	}
	<-ctx.Done()
	return 0
}

func startControllers(ctx context.Context, kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	// A hundred pods at once are one test; the 20 requests a second of the original are its length.
	config.QPS, config.Burst = 500, 1000
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	meta, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}

	shared := informers.NewSharedInformerFactory(client, 12*time.Hour)
	core, apps := shared.Core().V1(), shared.Apps().V1()
	accounts, err := serviceaccount.NewServiceAccountsController(
		core.ServiceAccounts(), core.Namespaces(), client,
		serviceaccount.DefaultServiceAccountsControllerOptions())
	if err != nil {
		return err
	}
	deployments, err := deployment.NewDeploymentController(ctx,
		apps.Deployments(), apps.ReplicaSets(), core.Pods(), client)
	if err != nil {
		return err
	}
	namespaces := namespace.NewNamespaceController(ctx, client, meta,
		client.Discovery().ServerPreferredNamespacedResources, core.Namespaces(), 5*time.Minute,
		v1.FinalizerKubernetes)
	slices := endpointslice.NewController(core.Pods(), core.Services(), core.Nodes(),
		shared.Discovery().V1().EndpointSlices(), endpointsPerSlice, client, 0)
	sets := replicaset.NewReplicaSetController(klog.FromContext(ctx), apps.ReplicaSets(), core.Pods(), client,
		replicaset.BurstReplicas)
	stateful := statefulset.NewStatefulSetController(ctx, core.Pods(), apps.StatefulSets(),
		core.PersistentVolumeClaims(), apps.ControllerRevisions(), client)

	shared.Start(ctx.Done())
	for _, run := range []func(context.Context, int){
		accounts.Run, deployments.Run, namespaces.Run, sets.Run, stateful.Run,
	} {
		go run(ctx, workers)
	}
	go slices.Run(workers, ctx.Done())
	return nil
}
