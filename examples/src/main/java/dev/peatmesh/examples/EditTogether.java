package dev.peatmesh.examples;

import dev.peatmesh.sync.Counter;
import dev.peatmesh.sync.DocumentCollection;
import dev.peatmesh.sync.Text;
import java.util.List;
import java.util.Map;

/** Which edit to use, so that what others do at the same time survives. */
public final class EditTogether {
  private EditTogether() {}

  /** Makes the parts once, on one node: of parts that two nodes make at once, one wins. */
  public static void create(DocumentCollection recipes) {
    recipes.put(
        "soup",
        Map.of(
            "title",
            "Soup",
            "cooked",
            new Counter(0),
            "notes",
            new Text(""),
            "steps",
            List.of("wash", "boil"),
            "needs",
            Map.of("leek", 2)));
  }

  /** One change with several edits: others see all of it or nothing. */
  public static void edit(DocumentCollection recipes) {
    recipes.change(
        "soup",
        soup -> {
          soup.put("title", "Leek soup"); // a plain value: of concurrent ones, one wins
          soup.increment("cooked", 1); // a counter: concurrent increments add up
          soup.text("notes").append("Salt at the end. "); // a text: merges by character
          soup.list("steps").insert(1, "cut"); // a list: merges by element
          soup.map("needs").put("salt", 1); // a map: merges by key
        });
  }

  /** A whole value that came from elsewhere: only what differs is touched. */
  public static void replace(DocumentCollection recipes, Map<String, ?> soup) {
    recipes.put("soup", soup);
  }
}
