package dev.peatmesh.discovery.mdns.internal.wire;

/** The numbers of record types (RFC 1035, section 3.2.2; RFC 2782; RFC 3596). */
public final class RecordType {
  public static final int A = 1;
  public static final int PTR = 12;
  public static final int TXT = 16;
  public static final int AAAA = 28;
  public static final int SRV = 33;
  public static final int OPT = 41;
  public static final int ANY = 255;

  private RecordType() {}
}
