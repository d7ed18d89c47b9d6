package dev.peatmesh.discovery.k8s.internal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who the API takes us for. */
public sealed interface Account {
  /** What the API says when it forbids: {@code User "system:serviceaccount:ns:name" cannot ...}. */
  Pattern IN_MESSAGE = Pattern.compile("User \"([^\"\\s]{1,512})\" cannot ");

  /** DNS labels and subdomains: what else stands there is not put into a manifest. */
  Pattern SERVICE_ACCOUNT =
      Pattern.compile(
          "system:serviceaccount:([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)"
              + ":([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)");

  /** Names that need no escape within quotes. */
  Pattern USER = Pattern.compile("(?!system:serviceaccount:)[A-Za-z0-9_@.:/+-]{1,256}");

  /** A service account of the cluster. */
  record ServiceAccount(String namespace, String name) implements Account {}

  /** A user that something outside the cluster vouches for. */
  record User(String name) implements Account {}

  /** Reads the name by which Kubernetes calls a user, such as the subject of a token. */
  static Optional<Account> of(String username) {
    Matcher matcher = SERVICE_ACCOUNT.matcher(username);
    if (matcher.matches()) {
      return Optional.of(new ServiceAccount(matcher.group(1), matcher.group(3)));
    }
    return USER.matcher(username).matches() ? Optional.of(new User(username)) : Optional.empty();
  }

  /** Reads it from what the API said when it forbade something. */
  static Optional<Account> inMessage(String message) {
    Matcher matcher = IN_MESSAGE.matcher(message);
    return matcher.find() ? of(matcher.group(1)) : Optional.empty();
  }
}
