package dev.peatmesh.node.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peatmesh.node.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes meet, edit one document at the same time, lose one of them and get it back.
 * Everything is real: processes, UDP sockets, QUIC with mutual TLS, Automerge, files. One use, one
 * thread.
 */
public final class Demo {
  private static final List<String> NAMES = List.of("amber", "birch", "cedar");
  private static final String DOCUMENT = "boards plan";
  private static final int ROUNDS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int DIGEST_HEX = 12;

  private final PrintWriter out;
  private final InstantSource clock;
  private final long startedMillis;
  private int roundsMade;
  private int editsMade;

  /** Tells what happens on the given writer. */
  public Demo(PrintWriter out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
    startedMillis = clock.millis();
  }

  /**
   * Runs from beginning to end.
   *
   * @throws DemoFailure when something is not as it should be
   */
  public void run() throws IOException {
    try (Workshop workshop = Workshop.open(NAMES)) {
      tell("three nodes start at once: three processes, each with its own UDP port and data");
      List<ChildNode> nodes = new ArrayList<>();
      for (String name : NAMES) {
        nodes.add(workshop.start(name));
      }
      nodes.forEach(this::introduce);
      meet(nodes);
      editTogether(nodes);
      ChildNode cedar = loseOne(nodes.get(2));
      goOnWithout(nodes.subList(0, 2));
      comeBack(workshop, nodes, cedar);
      tell("all three nodes agree");
      leave(nodes);
    }
  }

  private void introduce(ChildNode node) {
    Map<String, @Nullable Object> facts = node.introduction();
    tell(
        "  %s is up: device %s, udp %s"
            .formatted(node.name(), facts.get("device_id"), facts.get("address")));
  }

  private void meet(List<ChildNode> nodes) {
    for (ChildNode node : nodes) {
      await(node, "it is connected to both others", child -> connectedPeers(child) == 2);
    }
    tell("they have met: each is connected to both others (QUIC, both keys proved, same secret)");
  }

  private void editTogether(List<ChildNode> nodes) {
    ChildNode amber = nodes.get(0);
    amber.ask("put " + DOCUMENT + " {\"title\":\"plan\",\"by\":{}}");
    // Made by one: of maps and counters that several make at once under one key, one wins.
    amber.ask("increment " + DOCUMENT + " edits 0");
    for (ChildNode node : nodes) {
      await(node, "it has the document", child -> field(child, "edits") != null);
    }
    tell("amber wrote a document, and the others have it");
    tell("all three edit it at the same time, %d times each".formatted(2 * ROUNDS));
    edit(nodes);
    agree(nodes);
    tell("they agree: every field, every increment (%d of %d)".formatted(editsMade, editsMade));
  }

  /** An acknowledged write, and in the same breath SIGKILL. */
  private ChildNode loseOne(ChildNode cedar) {
    cedar.ask("patch " + DOCUMENT + " {\"last_words\":\"cedar was here\"}");
    cedar.kill();
    tell("cedar is killed (SIGKILL) right after it acknowledged one more write");
    return cedar;
  }

  private void goOnWithout(List<ChildNode> rest) {
    edit(rest);
    agree(rest);
    tell("amber and birch went on without it: %d more edits each".formatted(2 * ROUNDS));
  }

  private void comeBack(Workshop workshop, List<ChildNode> nodes, ChildNode killed)
      throws IOException {
    ChildNode back = workshop.start(killed.name());
    nodes.set(2, back);
    Object before = killed.introduction().get("device_id");
    Object after = back.introduction().get("device_id");
    check(Objects.equals(before, after), "cedar came back as " + after + ", not " + before);
    tell("cedar is back from its disk, with the same identity: device " + after);
    agree(nodes);
    check(
        "cedar was here".equals(field(back, "last_words")),
        "the write that cedar acknowledged before it was killed is lost");
    tell("cedar has caught up, and what it acknowledged before it was killed is everywhere");
  }

  private void leave(List<ChildNode> nodes) {
    answers(nodes.stream().map(node -> Sent.to(node, "quit")).toList());
    for (ChildNode node : nodes) {
      check(node.exitCode() == 0, node.name() + " did not end in good order");
    }
  }

  /** Every line is sent before the first answer is read: the edits really are concurrent. */
  private void edit(List<ChildNode> nodes) {
    List<Sent> sent = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      roundsMade++;
      for (ChildNode node : nodes) {
        String own =
            "{\"by\":{\"%s\":%d},\"last\":%d}".formatted(node.name(), roundsMade, editsMade);
        sent.add(Sent.to(node, "increment " + DOCUMENT + " edits 1"));
        sent.add(Sent.to(node, "patch " + DOCUMENT + " " + own));
        editsMade++;
      }
    }
    answers(sent);
  }

  private static void answers(List<Sent> sent) {
    sent.forEach(each -> each.node().answered(each.line(), each.answer()));
  }

  /** Waits until every node has every increment and the same document, and shows it. */
  private void agree(List<ChildNode> nodes) {
    for (ChildNode node : nodes) {
      await(
          node,
          "it has every edit and the same document as " + nodes.get(0).name(),
          child ->
              Objects.equals(field(child, "edits"), (long) editsMade)
                  && Objects.equals(document(child), document(nodes.get(0))));
    }
    for (ChildNode node : nodes) {
      String text = Json.write(document(node));
      tell("  %s  sha256 %s  %s".formatted(node.name(), digest(text), text));
    }
  }

  private void await(ChildNode node, String what, Predicate<ChildNode> condition) {
    node.await(what, PATIENCE, clock, condition);
  }

  private void tell(String text) {
    out.println("[%4.1f s] %s".formatted((clock.millis() - startedMillis) / 1000.0, text));
  }

  private static long connectedPeers(ChildNode node) {
    return node.ask("peers").get("peers") instanceof List<?> peers
        ? peers.stream()
            .filter(peer -> peer instanceof Map<?, ?> map && "CONNECTED".equals(map.get("state")))
            .count()
        : 0;
  }

  private static @Nullable Object document(ChildNode node) {
    return node.ask("get " + DOCUMENT).get("document");
  }

  private static @Nullable Object field(ChildNode node, String field) {
    return document(node) instanceof Map<?, ?> fields ? fields.get(field) : null;
  }

  private static String digest(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, DIGEST_HEX);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new DemoFailure(otherwise, null);
    }
  }

  private record Sent(
      ChildNode node, String line, CompletableFuture<Map<String, @Nullable Object>> answer) {
    static Sent to(ChildNode node, String line) {
      return new Sent(node, line, node.send(line));
    }
  }
}
