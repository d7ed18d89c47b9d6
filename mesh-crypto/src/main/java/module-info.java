/** Identities, formation keys and the mutual formation proof. No network. */
module dev.peatmesh.crypto {
  requires org.bouncycastle.provider;
  requires static transitive org.jspecify;

  exports dev.peatmesh.crypto;
}
