package dev.peatmesh.e2e.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The same requests to any API server, and a transcript of the answers that does not depend on the
 * server's clock, dice and counters.
 */
final class ApiScript {
  /** What no two servers have in common. */
  private static final List<String> OWN =
      List.of("uid", "resourceVersion", "creationTimestamp", "managedFields", "continue");

  private static final String JSON = "application/json";
  private static final String MERGE = "application/merge-patch+json";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ObjectMapper mapper =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private final Map<String, String> transcript = new LinkedHashMap<>();
  private final HttpClient http;
  private final URI server;
  private final String namespace;
  private final String admin;
  private final String plain;

  /**
   * A script for one server.
   *
   * @param namespace exists, and holds no slice
   * @param admin the token of one who may do everything
   * @param plain the token of the service account {@code peat-mesh} there, which may do nothing
   */
  ApiScript(HttpClient http, URI server, String namespace, String admin, String plain) {
    this.http = http;
    this.server = server;
    this.namespace = namespace;
    this.admin = admin;
    this.plain = plain;
  }

  /** An answer, read whole. */
  record Answer(int status, String contentType, String body) {}

  /** Goes through all of it; the transcript says what came, by what was asked. */
  Map<String, String> run() {
    refusals();
    queries();
    writes();
    lists();
    watches();
    return transcript;
  }

  /** One request on its own. */
  Answer ask(String token, String method, String path, String contentType, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .header("Accept", JSON)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    return send(body.isEmpty() ? request : request.header("Content-Type", contentType));
  }

  Answer get(String query) {
    return ask(admin, "GET", slices() + query, "", "");
  }

  Answer post(String body) {
    return ask(admin, "POST", slices(), JSON, body);
  }

  private void refusals() {
    for (String path : List.of(slices(), slices() + "/x", all(), all() + "?watch=true")) {
      message("GET forbidden " + path, ask(plain, "GET", path, "", ""));
    }
    message("POST forbidden", ask(plain, "POST", slices(), JSON, slice("a", "")));
    message("DELETE forbidden", ask(plain, "DELETE", slices(), "", ""));
    message("path forbidden", ask(plain, "GET", "/nowhere", "", ""));
    message("resource forbidden", ask(plain, "GET", group() + "foos", "", ""));
    message("wrong token", ask("wrong", "GET", slices(), "", ""));
    message("wrong token for health", ask("wrong", "GET", "/readyz", "", ""));

    message("nowhere", ask(admin, "GET", "/nowhere", "", ""));
    message("no resource", ask(admin, "GET", group() + "foos", "", ""));
    message("no group", ask(admin, "GET", "/apis/nope.example/v1/foos", "", ""));
    note("slash at the end", ask(admin, "GET", slices() + "/", "", ""));
    for (String method : List.of("PUT", "PATCH", "OPTIONS")) {
      message(method + " on all", ask(admin, method, slices(), MERGE, "{}"));
    }
    message("POST on one", ask(admin, "POST", slices() + "/a", JSON, slice("a", "")));
    message("POST without namespace", ask(admin, "POST", all(), JSON, slice("a", "")));
    message("DELETE without namespace", ask(admin, "DELETE", all(), "", ""));
    message("POST version", ask(admin, "POST", "/version", "", ""));
    for (String accept : List.of("text/html", "application/json;stream=watch", "application/*")) {
      note(
          "Accept " + accept,
          send(
              HttpRequest.newBuilder(server.resolve(slices()))
                  .timeout(PATIENCE)
                  .header("Authorization", "Bearer " + admin)
                  .header("Accept", accept)));
    }
  }

  private void queries() {
    for (String selector :
        List.of(
            "a",
            "!a",
            "a=b",
            "a==b",
            "a!=b",
            "a in (b,c)",
            "a notin (b)",
            "a in ()",
            "a in b",
            "a in",
            ",",
            "a,",
            "a=b=c",
            "=b",
            "a b",
            "a>b",
            "a>1",
            "-a",
            "a=-b",
            "a=b c",
            "!",
            "!a=b",
            "a!",
            " ",
            "x/y/z",
            "a in (,b)",
            "a in (b",
            "a=in",
            "in in (in)",
            "a = b",
            "a=",
            "a!=",
            "(a)",
            "a===b",
            "a IN (b)",
            "a,,b",
            "example.com/a=b",
            "UP/a")) {
      note("labels " + selector, get("?labelSelector=" + encoded(selector)));
    }
    for (String selector :
        List.of(
            "metadata.name=a",
            "metadata.name==a",
            "metadata.name!=a",
            "metadata.namespace=x",
            "spec.x=1",
            "metadata.name",
            "=a",
            ",",
            "metadata.name=a,",
            "metadata.uid=a")) {
      note("fields " + selector, get("?fieldSelector=" + encoded(selector)));
    }
    for (String query :
        List.of(
            "limit=abc",
            "limit=-1",
            "resourceVersion=abc",
            "resourceVersion=-1",
            "continue=abc",
            "watch=1&resourceVersion=abc&timeoutSeconds=1",
            "watch=1&timeoutSeconds=x",
            "resourceVersionMatch=Exact",
            "resourceVersionMatch=Exact&resourceVersion=0",
            "resourceVersionMatch=Foo&resourceVersion=1",
            "sendInitialEvents=true",
            "watch=1&resourceVersionMatch=Exact&resourceVersion=1&timeoutSeconds=1",
            "watch=1&sendInitialEvents=true&timeoutSeconds=1",
            "watch=false",
            "watch=0",
            "resourceVersion=0",
            "pretty=true")) {
      note("query " + query, get("?" + query));
    }
    message("contradiction", get("?resourceVersionMatch=NotOlderThan"));
    note("future", get("?resourceVersion=999999999"));
    note("future, exactly", get("?resourceVersion=999999999&resourceVersionMatch=Exact"));
  }

  private void writes() {
    whole("create", post(slice("a", "\"labels\":{\"app\":\"m\"},")));
    whole("read", get("/a"));
    message("create again", post(slice("a", "")));
    whole(
        "defaults",
        post(
            "{\"metadata\":{\"name\":\"d\"},\"addressType\":\"IPv4\",\"endpoints\":["
                + "{\"addresses\":[\"10.0.0.1\"],\"conditions\":{\"ready\":null}},"
                + "{\"addresses\":[\"10.0.0.2\"]}],\"ports\":[{\"port\":1},{\"name\":\"x\"}]}"));
    whole("empty", post("{\"metadata\":{\"name\":\"e\"},\"addressType\":\"IPv4\",\"ports\":[]}"));
    for (String body :
        List.of(
            "{nope",
            "[]",
            "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"q\"}}",
            wrong(""),
            wrong("'addressType':'IP'"),
            wrong("'addressType':'IPv4','ports':{}"),
            endpoint("IPv4", "'addresses':[]"),
            endpoint("IPv4", "'addresses':['fd00::1']"),
            endpoint("IPv4", "'addresses':['127.0.0.1']"),
            endpoint("IPv6", "'addresses':['::1']"),
            endpoint("IPv4", "'addresses':['10.0.0.1'],'conditions':{'ready':'yes'}"),
            wrong("'addressType':'IPv4','ports':[{'port':1},{'port':2}]"),
            wrong("'addressType':'IPv4','ports':[{'name':'A'}]"),
            wrong("'addressType':'IPv4','ports':[{'protocol':'ICMP'}]"),
            slice("", ""),
            slice("A_b", ""),
            slice("q", "\"namespace\":\"other\","),
            slice("q", "\"resourceVersion\":\"5\","),
            slice("q", "\"labels\":{\"-\":\"x\"},"))) {
      note("POST " + body, post(body));
    }
    note("as text", ask(admin, "POST", slices(), "text/plain", slice("q", "")));
    message("read none", get("/zz"));
    message("replace none", put("zz", slice("zz", "")));
    message("replace another", put("a", slice("zz", "")));
    whole("replace", put("a", slice("a", "\"labels\":{\"app\":\"n\"},")));
    message("replace an old one", put("a", slice("a", "\"resourceVersion\":\"1\",")));
    note("another address type", put("a", slice("a", "").replace("IPv4", "FQDN")));
    whole("patch", patch("a", "{\"metadata\":{\"labels\":{\"x\":\"y\",\"app\":null}}}"));
    whole("patch annotations", patch("a", "{\"metadata\":{\"annotations\":{\"x\":\"y\"}}}"));
    message("patch an old one", patch("a", "{\"metadata\":{\"resourceVersion\":\"1\"}}"));
    message("patch none", patch("zz", "{}"));
    note("patch with text", patch("a", "\"x\""));
    note("patch as JSON", ask(admin, "PATCH", slices() + "/a", JSON, "{}"));
    message("delete none", ask(admin, "DELETE", slices() + "/zz", "", ""));
    note(
        "delete an old one",
        ask(
            admin,
            "DELETE",
            slices() + "/e",
            JSON,
            "{\"preconditions\":{\"resourceVersion\":\"1\"}}"));
    whole("delete", ask(admin, "DELETE", slices() + "/e", "", ""));
  }

  private void lists() {
    whole("list", get(""));
    whole("list of all", get("?resourceVersion=0&labelSelector=x%3Dy"));
    Answer first = get("?limit=1");
    whole("page", first);
    String token = encoded(json(first).path("metadata").path("continue").asText());
    patch("d", "{\"metadata\":{\"labels\":{\"late\":\"yes\"}}}");
    whole("next page, as it was", get("?limit=1&continue=" + token));
    note("page of a version", get("?limit=1&resourceVersion=5&continue=" + token));
    String then = version(first);
    whole("exactly then", get("?resourceVersionMatch=Exact&resourceVersion=" + then));
    whole("not older", get("?resourceVersionMatch=NotOlderThan&resourceVersion=" + then));
    whole("page of a selection", get("?limit=1&labelSelector=nope%21%3Dx"));
    whole("delete by selector", ask(admin, "DELETE", slices() + "?labelSelector=x", "", ""));
    whole("what is left", get(""));
  }

  private void watches() {
    String begin = version(get(""));
    post(slice("w", "\"labels\":{\"app\":\"m\"},"));
    patch("w", "{\"metadata\":{\"labels\":{\"app\":\"n\"}}}");
    patch("w", "{\"metadata\":{\"labels\":{\"app\":\"m\"}}}");
    patch("w", "{\"metadata\":{\"labels\":{\"app\":\"m\"}}}");
    ask(admin, "DELETE", slices() + "/w", "", "");
    String watch = "?watch=true&timeoutSeconds=1";
    whole("watch from a version", get(watch + "&resourceVersion=" + begin));
    whole("watch of a selection", get(watch + "&labelSelector=app%3Dm&resourceVersion=" + begin));
    whole("watch of one", get(watch + "&fieldSelector=metadata.name%3Dd&resourceVersion=0"));
    whole("watch of now", get(watch));
    whole("watch of the future", get(watch + "&resourceVersion=999999999"));
    String list = watch + "&resourceVersionMatch=NotOlderThan&sendInitialEvents=";
    whole("watch list", get(list + "true&allowWatchBookmarks=true"));
    whole("watch list of nothing", get(list + "false"));
    note("watch with any word", get("?watch=foo&timeoutSeconds=1"));
  }

  private Answer put(String name, String body) {
    return ask(admin, "PUT", slices() + "/" + name, JSON, body);
  }

  private Answer patch(String name, String body) {
    return ask(admin, "PATCH", slices() + "/" + name, MERGE, body);
  }

  /** The status, and the reason of a refusal. */
  private void note(String what, Answer answer) {
    String reason =
        answer.status() >= 400 && answer.contentType().equals(JSON)
            ? json(answer).path("reason").asText()
            : "";
    write(what, answer.status() + " " + reason);
  }

  /** The words of a refusal too. */
  private void message(String what, Answer answer) {
    String said =
        answer.contentType().equals(JSON)
            ? json(answer).path("message").asText() + " " + json(answer).path("details")
            : answer.body();
    write(what, answer.status() + " " + answer.contentType() + " " + said);
  }

  /** Every field that servers have in common, line by line. */
  private void whole(String what, Answer answer) {
    List<String> lines = new ArrayList<>();
    try {
      mapper
          .readerFor(JsonNode.class)
          .<JsonNode>readValues(answer.body())
          .forEachRemaining(value -> common(value).ifPresent(lines::add));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write(what, answer.status() + " " + String.join("\n", lines));
  }

  private void write(String what, String came) {
    String key = what.replace(namespace, "<namespace>");
    if (transcript.put(key, came.replace(namespace, "<namespace>")) != null) {
      throw new AssertionError("asked twice: " + key);
    }
  }

  /** In one order of fields; bookmarks come when it suits the server, but for the first. */
  private Optional<String> common(JsonNode value) {
    boolean bookmark =
        value.path("type").asText().equals("BOOKMARK")
            && value.at("/object/metadata/annotations").isMissingNode();
    strip(value);
    try {
      return bookmark
          ? Optional.empty()
          : Optional.of(mapper.writeValueAsString(mapper.treeToValue(value, Object.class)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void strip(JsonNode value) {
    if (value instanceof ObjectNode object) {
      object.remove(OWN);
    }
    value.forEach(ApiScript::strip);
  }

  private JsonNode json(Answer answer) {
    try {
      return mapper.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String version(Answer list) {
    return json(list).path("metadata").path("resourceVersion").asText();
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      String type = response.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
      return new Answer(response.statusCode(), type, response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static String group() {
    return "/apis/discovery.k8s.io/v1/";
  }

  private static String all() {
    return group() + "endpointslices";
  }

  private String slices() {
    return group() + "namespaces/" + namespace + "/endpointslices";
  }

  static String slice(String name, String metadata) {
    return ("{\"apiVersion\":\"discovery.k8s.io/v1\",\"kind\":\"EndpointSlice\",\"metadata\":"
            + "{%s\"name\":\"%s\"},\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":"
            + "[\"10.0.0.1\"],\"targetRef\":{\"kind\":\"Pod\",\"name\":\"p\"}}],"
            + "\"ports\":[{\"name\":\"iroh-quic\",\"protocol\":\"UDP\",\"port\":11204}]}")
        .formatted(metadata, name);
  }

  private static String wrong(String fields) {
    String more = fields.isEmpty() ? "" : "," + fields;
    return "{'metadata':{'name':'q'}%s}".formatted(more).replace('\'', '"');
  }

  private static String endpoint(String type, String fields) {
    return wrong("'addressType':'%s','endpoints':[{%s}]".formatted(type, fields));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
