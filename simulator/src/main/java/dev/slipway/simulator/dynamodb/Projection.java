package dev.slipway.simulator.dynamodb;

import dev.slipway.simulator.dynamodb.AttributeValue.Document;
import dev.slipway.simulator.dynamodb.AttributeValue.Elements;
import dev.slipway.simulator.dynamodb.DocumentPath.Index;
import dev.slipway.simulator.dynamodb.DocumentPath.Member;
import dev.slipway.simulator.dynamodb.DocumentPath.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/** The parts of items that a request wants. */
record Projection(List<DocumentPath> paths) {
  /** What an item has of these parts. */
  SequencedMap<String, AttributeValue> of(Map<String, AttributeValue> item) {
    Document projected =
        document(new Document(item), paths.stream().map(DocumentPath::steps).toList());
    return new LinkedHashMap<>(projected.members());
  }

  /** The attributes in which the parts begin. */
  Set<String> attributes() {
    Set<String> attributes = new LinkedHashSet<>();
    paths.forEach(it -> attributes.add(it.attribute()));
    return attributes;
  }

  private static Document document(Document document, List<List<Step>> paths) {
    Map<String, List<List<Step>>> wanted = new LinkedHashMap<>();
    for (List<Step> path : paths) {
      if (path.getFirst() instanceof Member(String name)) {
        wanted.computeIfAbsent(name, _ -> new ArrayList<>()).add(path.subList(1, path.size()));
      }
    }
    Map<String, AttributeValue> members = new LinkedHashMap<>();
    wanted.forEach((name, rest) -> {
      AttributeValue value = document.members().get(name);
      if (value != null) {
        put(members, name, value, rest);
      }
    });
    return new Document(members);
  }

  private static <K> void put(
      Map<K, AttributeValue> into, K key, AttributeValue value, List<List<Step>> rest) {
    if (rest.stream().anyMatch(List::isEmpty)) {
      into.put(key, value);
    } else if (value instanceof Document document) {
      Document part = document(document, rest);
      if (!part.members().isEmpty()) {
        into.put(key, part);
      }
    } else if (value instanceof Elements elements) {
      Elements part = elements(elements, rest);
      if (!part.values().isEmpty()) {
        into.put(key, part);
      }
    }
  }

  private static Elements elements(Elements list, List<List<Step>> paths) {
    Map<Integer, List<List<Step>>> wanted = new TreeMap<>();
    for (List<Step> path : paths) {
      if (path.getFirst() instanceof Index(int index)) {
        wanted.computeIfAbsent(index, _ -> new ArrayList<>()).add(path.subList(1, path.size()));
      }
    }
    Map<Integer, AttributeValue> found = new TreeMap<>();
    wanted.forEach((index, rest) -> {
      if (index < list.values().size()) {
        put(found, index, list.values().get(index), rest);
      }
    });
    return new Elements(List.copyOf(found.values()));
  }
}
