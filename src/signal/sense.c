#include "signal/sense.h"

/* How far before the matched words a cue may stand. */
enum reach {
  REACH_NEAR,     /* within NEAR_WORDS words and the same clause */
  REACH_CLAUSE,   /* in the same clause, before the words */
  REACH_SENTENCE, /* anywhere in the sentence */
};

enum { NEAR_WORDS = 4 };

struct cue {
  enum sense_kind kind;
  enum reach reach;
  struct span words; /* folded words with one blank between them */
};

#define CUE(kind, reach, words) {SENSE_##kind, REACH_##reach, SPAN_INIT(words)}

/* Sorted by nothing; a sentence is short and only matched sentences are looked at. */
static const struct cue cues[] = {
    CUE(NEGATED, NEAR, "not"), CUE(NEGATED, NEAR, "no"), CUE(NEGATED, NEAR, "never"),
    CUE(NEGATED, NEAR, "without"), CUE(NEGATED, NEAR, "none of"), CUE(NEGATED, NEAR, "nobody"),
    CUE(NEGATED, NEAR, "neither"), CUE(NEGATED, NEAR, "nor"), CUE(NEGATED, NEAR, "hardly"),
    CUE(NEGATED, NEAR, "cannot"), CUE(NEGATED, NEAR, "free of"), CUE(NEGATED, NEAR, "far from"),
    CUE(NEGATED, NEAR, "instead of"), CUE(NEGATED, NEAR, "rather than"),
    CUE(NEGATED, CLAUSE, "nothing"), CUE(NEGATED, NEAR, "anything but"),
    CUE(NEGATED, SENTENCE, "not true that"), CUE(NEGATED, SENTENCE, "not the case that"),
    CUE(NEGATED, SENTENCE, "no truth in"),
    CUE(NEGATED, NEAR, "nicht"), CUE(NEGATED, NEAR, "kein"), CUE(NEGATED, NEAR, "keine"),
    CUE(NEGATED, NEAR, "keinen"), CUE(NEGATED, NEAR, "keiner"), CUE(NEGATED, NEAR, "keinerlei"),
    CUE(NEGATED, NEAR, "ohne"), CUE(NEGATED, NEAR, "nie"), CUE(NEGATED, NEAR, "niemals"),
    CUE(NEGATED, NEAR, "nichts"), CUE(NEGATED, NEAR, "keineswegs"), CUE(NEGATED, NEAR, "keinesfalls"),
    CUE(NEGATED, NEAR, "ne"), CUE(NEGATED, NEAR, "n'"), CUE(NEGATED, NEAR, "pas"),
    CUE(NEGATED, NEAR, "aucun"), CUE(NEGATED, NEAR, "aucune"), CUE(NEGATED, NEAR, "sans"),
    CUE(NEGATED, NEAR, "jamais"), CUE(NEGATED, NEAR, "rien"), CUE(NEGATED, NEAR, "nada"),
    CUE(NEGATED, NEAR, "tampoco"), CUE(NEGATED, NEAR, "niente"), CUE(NEGATED, NEAR, "nulla"),
    CUE(NEGATED, NEAR, "niets"), CUE(NEGATED, NEAR, "sin"), CUE(NEGATED, NEAR, "ninguna"),
    CUE(NEGATED, NEAR, "ning\xC3\xBAn"), CUE(NEGATED, NEAR, "nunca"), CUE(NEGATED, NEAR, "n\xC3\xA3o"),
    CUE(NEGATED, NEAR, "sem"), CUE(NEGATED, NEAR, "nenhum"), CUE(NEGATED, NEAR, "nenhuma"),
    CUE(NEGATED, NEAR, "non"), CUE(NEGATED, NEAR, "senza"), CUE(NEGATED, NEAR, "nessun"),
    CUE(NEGATED, NEAR, "nessuna"), CUE(NEGATED, NEAR, "niet"), CUE(NEGATED, NEAR, "geen"),
    CUE(NEGATED, NEAR, "zonder"), CUE(NEGATED, NEAR, "nooit"),

    CUE(HEDGED, CLAUSE, "might"), CUE(HEDGED, CLAUSE, "may"), CUE(HEDGED, CLAUSE, "could"),
    CUE(HEDGED, CLAUSE, "perhaps"), CUE(HEDGED, CLAUSE, "maybe"), CUE(HEDGED, CLAUSE, "possibly"),
    CUE(HEDGED, CLAUSE, "probably"), CUE(HEDGED, CLAUSE, "thinking of"),
    CUE(HEDGED, CLAUSE, "thinking about"), CUE(HEDGED, CLAUSE, "considering"),
    CUE(HEDGED, CLAUSE, "toying with"), CUE(HEDGED, CLAUSE, "tempted to"),
    CUE(HEDGED, CLAUSE, "wondering"), CUE(HEDGED, CLAUSE, "not sure"),
    CUE(HEDGED, CLAUSE, "vielleicht"), CUE(HEDGED, CLAUSE, "eventuell"),
    CUE(HEDGED, CLAUSE, "m\xC3\xB6glicherweise"), CUE(HEDGED, CLAUSE, "peut-\xC3\xAAtre"),
    CUE(HEDGED, CLAUSE, "peut \xC3\xAAtre"), CUE(HEDGED, CLAUSE, "quiz\xC3\xA1s"),
    CUE(HEDGED, CLAUSE, "tal vez"), CUE(HEDGED, CLAUSE, "talvez"), CUE(HEDGED, CLAUSE, "forse"),
    CUE(HEDGED, CLAUSE, "misschien"),

    CUE(HYPOTHETICAL, CLAUSE, "if"), CUE(HYPOTHETICAL, CLAUSE, "in case"),
    CUE(HYPOTHETICAL, CLAUSE, "suppose"), CUE(HYPOTHETICAL, CLAUSE, "would have"),
    CUE(HYPOTHETICAL, CLAUSE, "in theory"), CUE(HYPOTHETICAL, CLAUSE, "should you"),
    CUE(HYPOTHETICAL, CLAUSE, "falls"), CUE(HYPOTHETICAL, CLAUSE, "wenn"),
    CUE(HYPOTHETICAL, CLAUSE, "si"), CUE(HYPOTHETICAL, CLAUSE, "als"),
    CUE(HYPOTHETICAL, CLAUSE, "indien"),

    CUE(REPORTED, CLAUSE, "told me that"), CUE(REPORTED, CLAUSE, "tells me that"),
    CUE(REPORTED, CLAUSE, "told us that"), CUE(REPORTED, CLAUSE, "he said"),
    CUE(REPORTED, CLAUSE, "she said"), CUE(REPORTED, CLAUSE, "they said"),
    CUE(REPORTED, CLAUSE, "according to"), CUE(REPORTED, CLAUSE, "apparently"),
    CUE(REPORTED, CLAUSE, "rumor has it"), CUE(REPORTED, CLAUSE, "i heard that"),
    CUE(REPORTED, CLAUSE, "you said"), CUE(REPORTED, CLAUSE, "you wrote"),
    CUE(REPORTED, CLAUSE, "you mentioned"), CUE(REPORTED, CLAUSE, "angeblich"),

    CUE(OWN_FAULT, SENTENCE, "my mistake"), CUE(OWN_FAULT, SENTENCE, "my fault"),
    CUE(OWN_FAULT, SENTENCE, "my bad"), CUE(OWN_FAULT, SENTENCE, "my error"),
    CUE(OWN_FAULT, SENTENCE, "my typo"), CUE(OWN_FAULT, SENTENCE, "our mistake"),
    CUE(OWN_FAULT, SENTENCE, "our fault"), CUE(OWN_FAULT, SENTENCE, "our error"),
    CUE(OWN_FAULT, SENTENCE, "our own fault"), CUE(OWN_FAULT, SENTENCE, "my own fault"),
    CUE(OWN_FAULT, SENTENCE, "mistake on our"), CUE(OWN_FAULT, SENTENCE, "mistake on my"),
    CUE(OWN_FAULT, SENTENCE, "error on our"), CUE(OWN_FAULT, SENTENCE, "error on my"),
    CUE(OWN_FAULT, SENTENCE, "i mistyped"), CUE(OWN_FAULT, SENTENCE, "i misread"),
    CUE(OWN_FAULT, SENTENCE, "we misread"), CUE(OWN_FAULT, SENTENCE, "mea culpa"),
    CUE(OWN_FAULT, SENTENCE, "mein fehler"), CUE(OWN_FAULT, SENTENCE, "unser fehler"),
    CUE(OWN_FAULT, SENTENCE, "ma faute"), CUE(OWN_FAULT, SENTENCE, "mon erreur"),
    CUE(OWN_FAULT, SENTENCE, "notre erreur"), CUE(OWN_FAULT, SENTENCE, "culpa m\xC3\xAD" "a"),
    CUE(OWN_FAULT, SENTENCE, "error nuestro"), CUE(OWN_FAULT, SENTENCE, "erro meu"),
    CUE(OWN_FAULT, SENTENCE, "erro nosso"), CUE(OWN_FAULT, SENTENCE, "errore mio"),
    CUE(OWN_FAULT, SENTENCE, "errore nostro"), CUE(OWN_FAULT, SENTENCE, "mijn fout"),
    CUE(OWN_FAULT, SENTENCE, "onze fout"),

    CUE(NO_HURRY, SENTENCE, "no rush"), CUE(NO_HURRY, SENTENCE, "no hurry"),
    CUE(NO_HURRY, SENTENCE, "not urgent"), CUE(NO_HURRY, SENTENCE, "nothing urgent"),
    CUE(NO_HURRY, SENTENCE, "no urgency"), CUE(NO_HURRY, SENTENCE, "no great hurry"),
    CUE(NO_HURRY, SENTENCE, "take your time"), CUE(NO_HURRY, SENTENCE, "whenever suits"),
    CUE(NO_HURRY, SENTENCE, "whenever you have"), CUE(NO_HURRY, SENTENCE, "whenever you get"),
    CUE(NO_HURRY, SENTENCE, "when you have time"), CUE(NO_HURRY, SENTENCE, "when you get a chance"),
    CUE(NO_HURRY, SENTENCE, "at your convenience"), CUE(NO_HURRY, SENTENCE, "can wait"),
    CUE(NO_HURRY, SENTENCE, "not in a hurry"), CUE(NO_HURRY, SENTENCE, "not in a rush"),
    CUE(NO_HURRY, SENTENCE, "eilt nicht"), CUE(NO_HURRY, SENTENCE, "keine eile"),
    CUE(NO_HURRY, SENTENCE, "nicht dringend"), CUE(NO_HURRY, SENTENCE, "hat zeit"),
    CUE(NO_HURRY, SENTENCE, "rien d' urgent"), CUE(NO_HURRY, SENTENCE, "pas urgent"),
    CUE(NO_HURRY, SENTENCE, "pas d' urgence"), CUE(NO_HURRY, SENTENCE, "sin prisa"),
    CUE(NO_HURRY, SENTENCE, "no hay prisa"), CUE(NO_HURRY, SENTENCE, "no corre prisa"),
    CUE(NO_HURRY, SENTENCE, "sem pressa"), CUE(NO_HURRY, SENTENCE, "nessuna fretta"),
    CUE(NO_HURRY, SENTENCE, "senza fretta"), CUE(NO_HURRY, SENTENCE, "geen haast"),
};

/* Negations that deny nothing: what stands behind them decides. */
static const struct span pseudo_negations[] = {
    SPAN_INIT("not only"),   SPAN_INIT("not just"),   SPAN_INIT("no longer"), SPAN_INIT("no doubt"),
    SPAN_INIT("no wonder"),  SPAN_INIT("not to mention"), SPAN_INIT("no matter"),
    SPAN_INIT("not merely"), SPAN_INIT("no sooner"),  SPAN_INIT("no later than"),
    SPAN_INIT("nothing but"), SPAN_INIT("not yet"), SPAN_INIT("not happy"), SPAN_INIT("not sure"),
    SPAN_INIT("not least"),
    SPAN_INIT("nicht nur"),  SPAN_INIT("nicht mehr"), SPAN_INIT("ne plus"),   SPAN_INIT("pas seulement"),
    SPAN_INIT("non solo"),   SPAN_INIT("no solo"),    SPAN_INIT("niet alleen"),
};

/* Words that open another clause: a cue before them does not reach behind them. */
static const struct span clause_words[] = {
    SPAN_INIT("but"),     SPAN_INIT("however"), SPAN_INIT("although"), SPAN_INIT("though"),
    SPAN_INIT("because"), SPAN_INIT("so"),      SPAN_INIT("and"),      SPAN_INIT("yet"),
    SPAN_INIT("aber"),    SPAN_INIT("sondern"), SPAN_INIT("weil"),     SPAN_INIT("mais"),
    SPAN_INIT("pero"),    SPAN_INIT("sino"),    SPAN_INIT("mas"),      SPAN_INIT("ma"),
    SPAN_INIT("maar"),
};

const char *sense_name(enum sense_kind kind) {
  static const char *const names[SENSE_KIND_COUNT] = {
      "negated", "hedged", "hypothetical", "asked", "reported", "own fault", "no hurry"};
  return names[kind];
}

const struct sense_finding *sense_has(const struct senses *senses, enum sense_kind kind) {
  for (size_t i = 0; i < senses->n; i++)
    if (senses->items[i].kind == kind) return &senses->items[i];
  return NULL;
}

static void add(struct senses *out, enum sense_kind kind, struct span cue) {
  if (!sense_has(out, kind)) out->items[out->n++] = (struct sense_finding){kind, cue};
}

static struct span token_text(const struct folded *folded, size_t token) {
  return span_slice(folded->bytes, folded->tokens[token].start, folded->tokens[token].end);
}

static bool in_list(struct span word, const struct span *list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (span_eq(word, list[i])) return true;
  return false;
}

/* True when `words` stand at byte `at` of the text and end with a word. */
static bool stands_at(struct span text, size_t at, struct span words) {
  if (!span_starts(span_from(text, at), words)) return false;
  size_t end = at + words.len;
  char last = words.ptr[words.len - 1];
  return end >= text.len || last == '\'' ||
         !(ascii_is_alnum(text.ptr[end]) || (unsigned char)text.ptr[end] >= 0x80);
}

static bool is_pseudo_negation(struct span text, size_t at) {
  for (size_t i = 0; i < sizeof pseudo_negations / sizeof *pseudo_negations; i++)
    if (stands_at(text, at, pseudo_negations[i])) return true;
  return false;
}

struct scope {
  const struct folded *folded;
  struct span text; /* the sentence */
  size_t start, end; /* bytes of folded.bytes: the matched words */
  size_t clause, near; /* from where on REACH_CLAUSE and REACH_NEAR look */
};

/* "anything but urgent" has no other clause. */
static bool opens_clause(const struct folded *folded, const struct sentence *s, size_t token) {
  struct span word = token_text(folded, token);
  if (folded->tokens[token].kind == TOKEN_SIGN) return memchr(",;:()", word.ptr[0], 5) != NULL;
  if (token > s->first_token && span_eq(token_text(folded, token - 1), SPAN_LIT("anything")))
    return false;
  return in_list(word, clause_words, sizeof clause_words / sizeof *clause_words);
}

static struct scope scope_of(const struct folded *folded, size_t sentence, size_t start, size_t end) {
  const struct sentence *s = &folded->sentences[sentence];
  struct scope scope = {folded, span_slice(folded->bytes, 0, s->folded_end), start, end,
                        s->folded_start, s->folded_start};
  size_t words = 0;
  for (size_t i = s->first_token + s->n_tokens; i-- > s->first_token;) {
    if (folded->tokens[i].start >= start) continue;
    bool sign = folded->tokens[i].kind == TOKEN_SIGN;
    if (opens_clause(folded, s, i)) {
      scope.clause = folded->tokens[i].end;
      if (words < NEAR_WORDS) scope.near = scope.clause;
      break;
    }
    if (!sign && ++words == NEAR_WORDS) scope.near = folded->tokens[i].start;
  }
  if (scope.near < scope.clause) scope.near = scope.clause;
  return scope;
}

static bool reaches(const struct scope *scope, enum reach reach, size_t at) {
  switch (reach) {
    case REACH_NEAR: return at >= scope->near && at < scope->start;
    case REACH_CLAUSE: return at >= scope->clause && at < scope->start;
    case REACH_SENTENCE: return true;
  }
  return false;
}

static void look_at_token(const struct scope *scope, size_t at, struct senses *out) {
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++) {
    const struct cue *cue = &cues[i];
    if (cue->words.ptr[0] != scope->text.ptr[at] || !stands_at(scope->text, at, cue->words)) continue;
    if (!reaches(scope, cue->reach, at)) continue;
    if (cue->kind == SENSE_NEGATED && is_pseudo_negation(scope->text, at)) continue;
    add(out, cue->kind, cue->words);
  }
}

/* "Are you expanding?", "do you have a budget?": asked of the reader, not said by the writer. */
static bool asks_the_reader(const struct folded *folded, const struct sentence *s) {
  static const struct span openers[] = {
      SPAN_INIT("are you"), SPAN_INIT("do you"),     SPAN_INIT("have you"), SPAN_INIT("did you"),
      SPAN_INIT("will you"), SPAN_INIT("were you"),  SPAN_INIT("is your"),  SPAN_INIT("are your"),
      SPAN_INIT("haben sie"), SPAN_INIT("sind sie"), SPAN_INIT("planen sie"), SPAN_INIT("avez vous"),
      SPAN_INIT("\xC3\xAAtes vous"), SPAN_INIT("tienen"), SPAN_INIT("avete"), SPAN_INIT("heeft u"),
  };
  if (!s->question) return false;
  struct span text = span_slice(folded->bytes, s->folded_start, s->folded_end);
  for (size_t i = 0; i < sizeof openers / sizeof *openers; i++)
    if (stands_at(text, 0, openers[i])) return true;
  return false;
}

void sense_of(const struct folded *folded, size_t sentence, size_t start, size_t end,
              struct senses *out) {
  const struct sentence *s = &folded->sentences[sentence];
  struct scope scope = scope_of(folded, sentence, start, end);
  out->n = 0;
  for (size_t i = s->first_token; i < s->first_token + s->n_tokens; i++)
    look_at_token(&scope, folded->tokens[i].start, out);
  if (asks_the_reader(folded, s)) add(out, SENSE_ASKED, SPAN_LIT("?"));
}
