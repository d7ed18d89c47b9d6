package dev.peatmesh.discovery.dns;

import dev.peatmesh.discovery.dns.internal.Answer;
import dev.peatmesh.discovery.dns.internal.Question;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupFailedException;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/** Asks the DNS and waits for the answer. No cache but that of the server. One thread's. */
final class DnsClient {
  /** Longer chains of aliases are taken for a loop. */
  private static final int ALIASES_MAX = 8;

  private final Servers servers;
  private final List<Name> search;
  private final int ndots;

  DnsClient(Servers servers, List<String> search, int ndots) {
    this.servers = servers;
    this.search = search.stream().map(name -> name(name + ".")).toList();
    this.ndots = ndots;
  }

  /** The answer, however it fares; throws nothing. */
  Answer ask(Question question) {
    if (question.kind() == Question.Kind.SERVICE) {
      return lookUp(question.name(), Type.SRV);
    }
    Answer ipv4 = lookUp(question.name(), Type.A);
    boolean settled =
        ipv4 instanceof Answer.Absent absent
            ? !absent.nameExists()
            : ipv4 instanceof Answer.Failed failed && failed.unreachable();
    return settled ? ipv4 : Answer.united(ipv4, lookUp(question.name(), Type.AAAA));
  }

  private Answer lookUp(String name, int type) {
    Exchange exchange = new Exchange(servers);
    try {
      List<Record> records =
          LookupSession.builder()
              .resolver(exchange)
              .executor(Runnable::run)
              .maxRedirects(ALIASES_MAX)
              .searchPath(search)
              .ndots(ndots)
              .build()
              .lookupAsync(name(name), type)
              .toCompletableFuture()
              .join()
              .getRecords();
      return Reading.of(exchange.answers(), records, type);
    } catch (CompletionException e) {
      return failed(e.getCause() == null ? e : e.getCause(), exchange);
    } catch (RuntimeException e) {
      return failed(e, exchange);
    }
  }

  private static Answer failed(Throwable failure, Exchange exchange) {
    if (failure instanceof NoSuchDomainException) {
      return Reading.absent(exchange.answers(), false);
    }
    if (failure instanceof NoSuchRRSetException) {
      return Reading.absent(exchange.answers(), true);
    }
    if (failure instanceof Servers.NoAnswerException none) {
      return new Answer.Failed(none.reason(), none.isSilent());
    }
    if (failure instanceof LookupFailedException) {
      // Aliases in a circle or beyond the bound, two aliases of one name.
      return new Answer.Failed("the answer makes no sense: " + failure.getMessage(), false);
    }
    return new Answer.Failed("the answer cannot be read: " + failure, false);
  }

  private static Name name(String text) {
    try {
      return Name.fromString(text);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("name(" + text + "): is no DNS name.", e);
    }
  }
}
