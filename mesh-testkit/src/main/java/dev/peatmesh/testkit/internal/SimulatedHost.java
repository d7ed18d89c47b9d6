package dev.peatmesh.testkit.internal;

import dev.peatmesh.runtime.Loop;
import dev.peatmesh.testkit.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One machine of a simulation and the process on it: loops, clocks, randomness, and the power
 * switch. What outlives a crash (a disk, an address) is kept by its owner and handed in again.
 */
public final class SimulatedHost {
  private final VirtualTime time;
  private final String name;
  private final int index;
  private final SimulatedClock clock;
  private final VirtualLoop device;
  private final TrafficMeter traffic = new TrafficMeter();
  private final List<VirtualLoop> loops = new ArrayList<>();
  private final List<Runnable> crashHooks = new ArrayList<>();
  private boolean up = true;
  private int life = 1;
  private long originNanos;
  private SeededRandom random;

  SimulatedHost(VirtualTime time, String name, int index) {
    this.time = time;
    this.name = name;
    this.index = index;
    clock = new SimulatedClock(time, name);
    device = new VirtualLoop(time, name + "/device", 0);
    random = time.random(name + "#" + life);
    originNanos = VirtualTime.drawOrigin(random);
    time.record(name + " up");
  }

  /** Unique in the simulation. */
  public String name() {
    return name;
  }

  /** Running number, from 0. */
  int index() {
    return index;
  }

  /** The time this machine lives in. */
  public VirtualTime time() {
    return time;
  }

  /** The wall clock. It survives crashes. */
  public SimulatedClock clock() {
    return clock;
  }

  /** Randomness of the present process; another one after each restart. */
  public SeededRandom random() {
    return random;
  }

  /** Whether the machine runs. */
  public boolean up() {
    return up;
  }

  /** What this machine has handed to the network. */
  public Traffic traffic() {
    return traffic.read();
  }

  TrafficMeter meter() {
    return traffic;
  }

  /** A loop of the present process. All loops of one process share the origin of nanoTime. */
  public Loop newLoop(String loopName) {
    checkUp("new loop");
    VirtualLoop loop = new VirtualLoop(time, name + "/" + loopName, originNanos);
    loops.add(loop);
    return loop;
  }

  /** Ends the process at once: no task, timer, callback or goodbye of it happens any more. */
  public void crash() {
    checkUp("crash");
    up = false;
    time.record(name + " down");
    loops.forEach(VirtualLoop::stop);
    loops.clear();
    List<Runnable> hooks = List.copyOf(crashHooks);
    crashHooks.clear();
    hooks.forEach(Runnable::run);
  }

  /** Switches the machine on again: a new process with nothing in memory. */
  public void restart() {
    if (up) {
      throw new AssertionError("restart(" + name + "): it runs. Crash it first.");
    }
    up = true;
    life++;
    random = time.random(name + "#" + life);
    originNanos = VirtualTime.drawOrigin(random);
    time.record(name + " up again");
  }

  /** Tells the network and the disk of the present process that it died. */
  void onCrash(Runnable hook) {
    checkUp("crash hook");
    crashHooks.add(hook);
  }

  /** Runs what happens to the machine rather than in its process; never stops. */
  VirtualLoop device() {
    return device;
  }

  Loop.Timer after(long delayNanos, Runnable event) {
    return device.schedule(Duration.ofNanos(delayNanos), event);
  }

  private void checkUp(String what) {
    if (!up) {
      throw new AssertionError(what + "(" + name + "): the host is down. Restart it first.");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
