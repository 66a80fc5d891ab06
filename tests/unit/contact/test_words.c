/* Folding, classes, postcodes, capitals. */
#include "contact/domains.h"
#include "contact/sender.h"
#include "contact/shape.h"
#include "extract.h"

static const struct {
  const char *word, *folded;
} folds[] = {
    {"S.r.l.", "srl"}, {"Straße", "strasse"}, {"Gérant", "gerant"}, {"ŁÓDŹ", "lodz"},
    {"Ærø", "aero"},   {"O'Brien", "obrien"}, {"R&D", "r&d"},       {"Œuvre", "oeuvre"},
};

Test(contact, folding) {
  for (size_t i = 0; i < sizeof folds / sizeof *folds; i++) {
    char out[WORD_BYTES];
    size_t len = lexicon_fold(span_of(folds[i].word), out);
    expect("folded", i, (struct span){out, len}, folds[i].folded);
  }
}

static const struct {
  const char *text;
  unsigned classes, not_classes;
} words[] = {
    {"Vertriebsleiter", W_TITLE | W_INFLUENCES, W_DECIDES},
    {"Hafenstraße", W_STREET, 0},
    {"GmbH", W_LEGAL, 0},
    {"CO", W_STATE, W_LEGAL}, /* Pueblo CO */
    {"Co.", W_LEGAL, 0},
    {"in", W_FUNCTION, W_STATE},
    {"Chirurgien-dentiste", W_TITLE, 0},
};

Test(contact, classes) {
  struct arena *arena = arena_new();
  contact_init();
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    struct word *read;
    size_t n = words_read(arena, span_of(words[i].text), &read);
    cr_assert_eq(n, 1, "row %zu", i);
    cr_expect_eq(read[0].entry.classes & words[i].classes, words[i].classes, "row %zu", i);
    cr_expect_eq(read[0].entry.classes & words[i].not_classes, 0u, "row %zu", i);
  }
  arena_free(arena);
}

static const struct {
  const char *text, *region;
} postcodes[] = {
    {"SE18 3RD", "GB"},       {"R2J 0H2", "CA"},        {"3044 AT", "NL"},
    {"OH 43612", "US"},       {"D-57072 Siegen", "DE"}, {"HR-10000 Zagreb", "HR"},
    {"26200 Montélimar", ""}, {"43612", NULL},          {"lines 20000", NULL},
};

Test(contact, postcodes) {
  struct arena *arena = arena_new();
  contact_init();
  for (size_t i = 0; i < sizeof postcodes / sizeof *postcodes; i++) {
    struct word *read;
    size_t n = words_read(arena, span_of(postcodes[i].text), &read);
    const char *region = NULL;
    for (size_t w = 0; w < n && !region; w++) region = postcode_region(read, w, n);
    cr_expect_eq(region == NULL, postcodes[i].region == NULL, "row %zu", i);
    if (region && postcodes[i].region) expect("region", i, span_of(region), postcodes[i].region);
  }
  arena_free(arena);
}

static const struct {
  const char *domain, *label, *country;
  bool plausible;
} domains[] = {
    {"mail.acme.co.uk", "acme", "GB", true},
    {"acme.com", "acme", "", true},
    {"acme.io", "acme", "", true},
    {"acme.de", "acme", "DE", true},
    {"report.pdf", "report", "", false},
    {"co.uk", "", "GB", false},
    {"a..com", "", "", false},
};

Test(contact, domains) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
    char country[3];
    domain_country(span_of(domains[i].domain), country);
    expect("country", i, span_of(country), domains[i].country);
    cr_expect_eq(domain_is_plausible(arena, span_of(domains[i].domain)), domains[i].plausible,
                 "row %zu", i);
    if (domains[i].plausible)
      expect("label", i, domain_label(arena, span_of(domains[i].domain)), domains[i].label);
  }
  arena_free(arena);
}

Test(contact, capitals_are_undone) {
  struct arena *arena = arena_new();
  contact_init();
  expect("name", 0, undo_capitals(arena, SPAN_LIT("SEAN O'BRIEN-LLOYD"), false),
         "Sean O'Brien-Lloyd");
  expect("name", 1, undo_capitals(arena, SPAN_LIT("ÉLODIE DELORME"), false), "Élodie Delorme");
  expect("company", 2, undo_capitals(arena, SPAN_LIT("BLOOM & HART, PLLC"), true),
         "Bloom & Hart, PLLC");
  arena_free(arena);
}
