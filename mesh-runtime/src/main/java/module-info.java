/** Loops, timers and the exceptions every part throws. */
module dev.peatmesh.runtime {
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.peatmesh.runtime;
}
