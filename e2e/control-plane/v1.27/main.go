// The programs of a Kubernetes control plane in one binary, so that the packages they share are
// compiled once and linked once. The name it is called by chooses the program. Its etcd is that of
// the newer version.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	switch program := filepath.Base(os.Args[0]); program {
	case "kube-apiserver":
		os.Exit(cli.Run(app.NewAPIServerCommand()))
	case "kube-controllers":
		os.Exit(runControllers(os.Args[1:]))
	default:
		fmt.Fprintf(os.Stderr, "%s: is neither kube-apiserver nor kube-controllers\n", program)
		os.Exit(2)
	}
}
