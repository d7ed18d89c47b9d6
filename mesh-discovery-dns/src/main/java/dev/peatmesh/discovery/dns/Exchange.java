package dev.peatmesh.discovery.dns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.TSIG;

/**
 * The messages of one lookup. dnsjava's session follows aliases and the search list through it and
 * hands over the records alone; times to live, glue and the SOA of a negative answer are read from
 * the messages that it kept.
 */
final class Exchange implements Resolver {
  private final Servers servers;
  private final List<Message> answers = new ArrayList<>();

  Exchange(Servers servers) {
    this.servers = servers;
  }

  /** The answers so far, in order. */
  List<Message> answers() {
    return answers;
  }

  @Override
  public CompletionStage<Message> sendAsync(Message query, Executor executor) {
    try {
      Message answer = servers.ask(query);
      answers.add(answer);
      return CompletableFuture.completedFuture(answer);
    } catch (Servers.NoAnswerException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletionStage<Message> sendAsync(Message query) {
    return sendAsync(query, Runnable::run);
  }

  // What a resolver can be set to is set on the servers, once and for all.

  @Override
  public void setPort(int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setTCP(boolean flag) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setIgnoreTruncation(boolean flag) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setTSIGKey(TSIG key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setTimeout(Duration timeout) {
    throw new UnsupportedOperationException();
  }
}
