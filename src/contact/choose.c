#include "contact/roles.h"
#include "contact/shape.h"

enum {
  ROLE_SETS = 1 << (ROLE_COUNT - 1), /* one bit a role, ROLE_OTHER has none */
  IMPOSSIBLE = -10000,
  PLAIN_ADDRESS = -2, /* score of capitalised words that nothing else is known of */
  MERELY_CAPITAL = 2, /* the same as company */
};

/* Whether `piece` may go on with the role of the piece before it, and what that is worth. */
static int continuation(const struct piece *previous, const struct piece *piece, enum role role) {
  static const signed char worth[ROLE_COUNT][SEP_GAP + 1] = {
      /*                 LINE  BAR DASH SLASH COMMA  AT PAREN GAP */
      [ROLE_OTHER] = {0, 0, 0, 0, 0, 0, 0, 0},
      [ROLE_NAME] = {0, 0, 0, 0, 0, 0, 0, 0},
      [ROLE_TITLE] = {-6, -2, 1, 2, 1, -9, 1, -4},
      [ROLE_DEPARTMENT] = {-6, -4, 0, 1, 0, -9, 0, -4},
      [ROLE_COMPANY] = {-8, -7, -3, -4, -5, -9, -2, -5},
      [ROLE_ADDRESS] = {2, 2, 2, 2, 3, -9, 1, 1},
  };
  int bonus = worth[role][piece->before];
  unsigned classes = words_classes(piece->words, piece->n_words);
  if (role == ROLE_TITLE && classes & W_DEPT &&
      (piece->before == SEP_DASH || piece->before == SEP_COMMA))
    bonus += 9; /* "Director, Operations" is one title */
  if (role == ROLE_COMPANY && piece->before == SEP_COMMA && piece->n_words <= 2 &&
      words_with(piece->words, piece->n_words, W_LEGAL) == piece->n_words)
    bonus += 10;
  char last = previous->text.ptr[previous->text.len - 1];
  if (piece->before == SEP_LINE && (last == '&' || last == '+') && role != ROLE_NAME) bonus += 8;
  return bonus;
}

/* What it is worth that `role` begins here, after a piece of role `last`. */
static int transition(const struct piece *piece, enum role last, enum role role) {
  unsigned classes = words_classes(piece->words, piece->n_words);
  bool plain_place = piece->score[ROLE_ADDRESS] >= PLAIN_ADDRESS &&
                     !(classes & (W_TITLE | W_DEPT | W_ORG | W_LEGAL)) && piece->n_words <= 3;
  if (role == ROLE_ADDRESS && last == ROLE_COMPANY && plain_place &&
      (piece->before == SEP_COMMA || piece->before == SEP_BAR || piece->before == SEP_DASH))
    return 4;
  if (role == ROLE_ADDRESS && last == ROLE_OTHER) return -1;
  if (role == ROLE_ADDRESS && last == ROLE_NAME && piece->score[ROLE_ADDRESS] < 2) return -2;
  if (role == ROLE_COMPANY && piece->before == SEP_AT) return 6;
  /* Capitals alone make a company only right behind a name or title: else it may be the author of a
   * quotation. */
  if (role == ROLE_COMPANY && last == ROLE_OTHER && piece->score[role] <= MERELY_CAPITAL) return -3;
  if ((role == ROLE_TITLE || role == ROLE_DEPARTMENT) && last == ROLE_NAME) return 1;
  if (role == ROLE_COMPANY && (last == ROLE_TITLE || last == ROLE_NAME || last == ROLE_DEPARTMENT))
    return 1;
  return 0;
}

/* The best way to reach a state: the role of the piece before, and the roles used up by then. */
struct cell {
  int score;
  unsigned char last, set;
};

/* The states after one piece. Only those whose bit is set in `reached` are filled in. */
struct column {
  uint32_t reached[ROLE_COUNT]; /* a bit for each set of roles */
  struct cell cells[ROLE_COUNT][ROLE_SETS];
};

static void offer(struct column *to, int role, int set, struct cell cell) {
  uint32_t bit = (uint32_t)1 << set;
  if (to->reached[role] & bit && to->cells[role][set].score >= cell.score) return;
  to->reached[role] |= bit;
  to->cells[role][set] = cell;
}

/* What piece i gains in `role` after a piece in role `last`, apart from the roles used up. */
static int gain(const struct block *block, size_t i, int last, int role) {
  const struct piece *piece = &block->pieces.items[i];
  if (role == ROLE_OTHER) return piece->score[role];
  if (role != last) return piece->score[role] + transition(piece, (enum role)last, (enum role)role);
  /* A name is one piece: "Bob" of the sign-off or "Bob Smith" of the signature. */
  if (role == ROLE_NAME || i == 0) return IMPOSSIBLE;
  return piece->score[role] + continuation(&block->pieces.items[i - 1], piece, (enum role)role);
}

static void step_to_role(const struct column *from, int last, int role, int gained,
                         struct column *to) {
  int role_bit = role == ROLE_OTHER ? 0 : 1 << (role - 1);
  for (uint32_t left = from->reached[last]; left; left &= left - 1) {
    int set = __builtin_ctz(left);
    if (role != last && set & role_bit) continue;
    struct cell cell = {from->cells[last][set].score + gained, (unsigned char)last,
                        (unsigned char)set};
    offer(to, role, set | role_bit, cell);
  }
}

static void step(const struct block *block, size_t i, const struct column *from,
                 struct column *to) {
  for (int last = 0; last < ROLE_COUNT; last++) {
    if (!from->reached[last]) continue;
    for (int role = 0; role < ROLE_COUNT; role++) {
      int gained = gain(block, i, last, role);
      if (gained > IMPOSSIBLE) step_to_role(from, last, role, gained, to);
    }
  }
}

void roles_choose(struct block *block) {
  size_t n = block->pieces.n;
  struct column *columns = ARENA_ARRAY(block->arena, struct column, n + 1);
  offer(&columns[0], ROLE_OTHER, 0, (struct cell){0});
  for (size_t i = 0; i < n; i++) step(block, i, &columns[i], &columns[i + 1]);
  int best_role = -1, best_set = 0, best_score = 0;
  for (int role = 0; role < ROLE_COUNT; role++)
    for (uint32_t left = columns[n].reached[role]; left; left &= left - 1) {
      int set = __builtin_ctz(left);
      int score = columns[n].cells[role][set].score;
      if (best_role < 0 || score > best_score) best_role = role, best_set = set, best_score = score;
    }
  for (size_t i = n; i-- > 0;) {
    struct cell cell = columns[i + 1].cells[best_role][best_set];
    block->pieces.items[i].role = (enum role)best_role;
    best_role = cell.last;
    best_set = cell.set;
  }
}
