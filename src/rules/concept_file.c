#include "rules/concept_file.h"

#include "rules/learned_image.h"

static void fault(struct diag_list *faults, const struct learned_file *file, size_t line,
                  struct span message) {
  diag_add(faults, (struct diag){.code = "learned.concept", .file = file->path, .line = line,
                                 .column = 1, .message = message});
}

static void add_name(struct arena *arena, struct concepts *out, struct concept_name name) {
  struct {
    struct concept_name *items;
    size_t n, capacity;
  } list = {out->names, out->n_names, out->names_capacity};
  ARENA_PUSH(arena, &list, name);
  out->names = list.items;
  out->n_names = list.n;
  out->names_capacity = list.capacity;
}

static void add_entry(struct arena *arena, struct concepts *out, struct concept_entry entry) {
  struct {
    struct concept_entry *items;
    size_t n, capacity;
  } list = {out->entries, out->n_entries, out->entries_capacity};
  ARENA_PUSH(arena, &list, entry);
  out->entries = list.items;
  out->n_entries = list.n;
  out->entries_capacity = list.capacity;
}

static void read_entries(struct arena *arena, struct concepts *out, struct span words,
                         size_t language) {
  struct span piece;
  while (span_split(&words, ',', &piece)) {
    struct concept_entry entry = {.text = span_trim(piece), .language = (uint16_t)language,
                                  .concept = (uint16_t)(out->n_names - 1)};
    if (span_ends(entry.text, SPAN_LIT("*"))) {
      entry.prefix = true;
      entry.text.len--;
    }
    if (entry.text.len) add_entry(arena, out, entry);
  }
}

static void read_line(struct arena *arena, const struct learned_file *file, size_t number,
                      struct span line, struct concepts *out, struct diag_list *faults) {
  size_t colon = span_find_byte(line, ':', 0);
  if (colon == SPAN_NONE || colon == 0) {
    fault(faults, file, number, SPAN_LIT("expected 'concept: word, word, ...'"));
    return;
  }
  struct span name = span_trim(span_slice(line, 0, colon));
  bool closed = span_starts(name, SPAN_LIT("!"));
  add_name(arena, out, (struct concept_name){closed ? span_from(name, 1) : name, closed});
  struct span rest = span_from(line, colon + 1), section;
  for (bool first = true; span_split(&rest, '|', &section); first = false) {
    section = span_trim(section);
    char code[4] = "en";
    size_t at = span_find_byte(section, ':', 0);
    if (!first && at == 2) {
      memcpy(code, section.ptr, 2);
      section = span_from(section, 3);
    } else if (!first) {
      fault(faults, file, number, SPAN_LIT("expected '| language: word, ...'"));
      continue;
    }
    if (learned_language(code) == 0 && strcmp(code, "en") != 0) {
      fault(faults, file, number,
            arena_printf(arena, "unknown language '%s'; en, de, fr, es, pt, it, nl are known", code));
      continue;
    }
    read_entries(arena, out, section, learned_language(code));
  }
}

void concepts_read(struct arena *arena, const struct learned_file *file, struct concepts *out,
                   struct diag_list *faults) {
  struct span rest = file->bytes, line;
  for (size_t number = 1; span_split(&rest, '\n', &line); number++) {
    line = span_trim(line);
    if (line.len && line.ptr[0] != '#') read_line(arena, file, number, line, out, faults);
  }
}
