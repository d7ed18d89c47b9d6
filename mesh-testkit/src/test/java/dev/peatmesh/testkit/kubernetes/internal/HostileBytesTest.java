package dev.peatmesh.testkit.kubernetes.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends is read or refused, and nothing else happens. */
class HostileBytesTest {
  private static final int TRIALS = 5_000;
  private static final String REQUEST =
      "POST /apis/x?labelSelector=a%20in%20(b) HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n"
          + "{\"a\":1}GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";

  @Test
  void requestsAreReadOneAfterTheOther() throws IOException {
    HttpRequestReader reader = reader(REQUEST.replace("Length: 5", "Length: 7"));
    HttpRequest first = reader.read();
    assertThat(first).isNotNull();
    assertThat(first.toString()).isEqualTo("POST /apis/x?labelSelector=a%20in%20(b)");
    assertThat(first.body()).isEqualTo("{\"a\":1}");
    HttpRequest second = reader.read();
    assertThat(second).isNotNull();
    assertThat(second.body()).isEqualTo("{}");
    assertThat(reader.read()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/2\r\n\r\n",
        "GET x HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n",
      })
  void whatIsNoHttpIsRefused(String bytes) {
    assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> reader(bytes).read());
  }

  @Test
  void lengthsAreCheckedBeforeMemoryIsTaken() {
    for (String length :
        List.of(
            "Content-Length: 999999999999\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n")) {
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> reader("POST / HTTP/1.1\r\n" + length).read())
          .matches(refusal -> refusal.code() == 413);
    }
    String many = "A: b\r\n".repeat(101);
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> reader("GET / HTTP/1.1\r\n" + distinct(many)).read());
  }

  @Test
  void mutatedRequestsAreReadOrRefused() {
    Random random = new Random(1);
    List<String> surprises = new ArrayList<>();
    for (int i = 0; i < TRIALS; i++) {
      byte[] bytes = REQUEST.getBytes(ISO_8859_1);
      for (int m = random.nextInt(8); m >= 0; m--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      HttpRequestReader reader = new HttpRequestReader(new ByteArrayInputStream(bytes));
      surprise(
              () -> {
                while (reader.read() != null) {}
                return reader;
              })
          .ifPresent(surprises::add);
    }
    assertThat(surprises.stream().distinct().limit(5)).isEmpty();
  }

  @Test
  void queriesAndSelectorsAndTokensOfAnyKindAreReadOrRefused() {
    Random random = new Random(2);
    String signs = "ab=!(),<> in notin/.&%2watchlimit\u0000é";
    List<String> surprises = new ArrayList<>();
    for (int i = 0; i < TRIALS; i++) {
      StringBuilder text = new StringBuilder();
      for (int c = random.nextInt(24); c > 0; c--) {
        text.append(signs.charAt(random.nextInt(signs.length())));
      }
      String any = text.toString();
      surprise(() -> ListQuery.parse("mesh", any, true)).ifPresent(surprises::add);
      surprise(() -> LabelSelector.parse(any)).ifPresent(surprises::add);
      surprise(() -> FieldSelector.parse(any)).ifPresent(surprises::add);
      surprise(() -> ContinueToken.parse(any)).ifPresent(surprises::add);
      surprise(() -> Route.of("/apis/discovery.k8s.io/v1/" + any)).ifPresent(surprises::add);
    }
    assertThat(surprises.stream().distinct().limit(5)).isEmpty();
  }

  @Test
  void objectsOfAnyShapeAreTakenOrRefused() {
    String whole =
        "{\"metadata\":{\"name\":\"a\",\"labels\":{\"x\":\"y\"}},\"addressType\":\"IPv4\","
            + "\"endpoints\":[{\"addresses\":[\"10.0.0.1\"],\"conditions\":{\"ready\":true}}],"
            + "\"ports\":[{\"name\":\"p\",\"port\":1}]}";
    String[] values = {
      "null", "1", "true", "\"x\"", "[]", "{}", "[1]", "[[]]", "[null]", "{\"a\":{}}"
    };
    Random random = new Random(3);
    List<String> surprises = new ArrayList<>();
    for (int i = 0; i < TRIALS; i++) {
      int colon = whole.indexOf(':', random.nextInt(whole.length()));
      String value = values[random.nextInt(values.length)];
      String changed =
          colon < 0
              ? whole
              : whole.substring(0, colon + 1) + value + rest(whole.substring(colon + 1));
      surprise(() -> new SliceStore(1).put(SliceWrites.given(changed)))
          .map(surprise -> surprise + " of " + changed)
          .ifPresent(surprises::add);
    }
    assertThat(surprises.stream().distinct().limit(5)).isEmpty();
  }

  /** What follows the value at the beginning of the text. */
  private static String rest(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
        return text.substring(i);
      }
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    }
    return "";
  }

  private static java.util.Optional<String> surprise(Callable<?> work) {
    try {
      work.call();
      return java.util.Optional.empty();
    } catch (Refusal | IOException | IllegalArgumentException expected) {
      return java.util.Optional.empty();
    } catch (Exception e) {
      return java.util.Optional.of(e.toString());
    }
  }

  private static HttpRequestReader reader(String text) {
    return new HttpRequestReader(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
  }

  private static String distinct(String headers) {
    StringBuilder distinct = new StringBuilder();
    int i = 0;
    for (String line : headers.split("\r\n", -1)) {
      distinct.append(i++).append(line).append("\r\n");
    }
    return distinct.toString();
  }
}
