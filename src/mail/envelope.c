#include "mail/envelope.h"

#include "mail/address.h"
#include "mail/date.h"
#include "mail/words.h"
#include "mailsignal/digest.h"
#include "mailsignal/limits.h"

/* The next "<id>" of *rest, without brackets and blanks. */
static bool next_id(struct arena *arena, struct span *rest, struct span *id) {
  size_t open = span_find_byte(*rest, '<', 0);
  size_t close = open == SPAN_NONE ? SPAN_NONE : span_find_byte(*rest, '>', open);
  if (close == SPAN_NONE) return false;
  *id = words_decode(arena, span_slice(*rest, open + 1, close), &(defect_set){0});
  *rest = span_from(*rest, close + 1);
  return true;
}

/* The first id, or where there are no brackets the first word ("Your message of ..." is none). */
static struct span first_id(struct arena *arena, struct span value) {
  struct span id = {0}, rest = value;
  while (next_id(arena, &rest, &id))
    if (id.len) return id;
  value = words_decode(arena, value, &(defect_set){0});
  size_t n = 0;
  while (n < value.len && !ascii_is_space(value.ptr[n])) n++;
  id = span_slice(value, value.len && value.ptr[0] == '<', n);
  return span_find_byte(id, '@', 0) == SPAN_NONE ? (struct span){0} : id;
}

static void read_ids(struct arena *arena, const struct header *header, struct span raw,
                     struct mail *out) {
  out->message_id = first_id(arena, header->first[HEADER_MESSAGE_ID]);
  if (out->message_id.len == 0) {
    /* Ids without an @ are wrong, yet they identify. */
    struct span odd =
        span_trim(words_decode(arena, header->first[HEADER_MESSAGE_ID], &(defect_set){0}));
    out->message_id = odd;
  }
  if (out->message_id.len == 0) {
    char hex[SHA256_HEX_BYTES];
    digest_sha256(&raw, 1, hex);
    out->message_id = arena_printf(arena, "sha256:%s", hex);
    out->message_id_made = true;
    defect_mark(&out->defects, DEFECT_MESSAGE_ID_MISSING);
  }
  out->in_reply_to = first_id(arena, header->first[HEADER_IN_REPLY_TO]);
}

static void read_references(struct arena *arena, struct span value, struct mail *out) {
  struct {
    struct span *items;
    size_t n, capacity;
  } list = {0};
  struct span id;
  while (next_id(arena, &value, &id)) {
    if (list.n == LIMIT_REFERENCES) {
      defect_mark(&out->defects, DEFECT_SIZE_HEADER);
      break;
    }
    if (id.len) ARENA_PUSH(arena, &list, id);
  }
  out->references = list.items;
  out->n_references = list.n;
}

static void read_date(struct span value, struct mail *out) {
  if (!value.ptr || value.len == 0) {
    defect_mark(&out->defects, DEFECT_DATE_MISSING);
    return;
  }
  out->has_date = date_read(value, &out->date, &out->date_offset);
  if (!out->has_date) defect_mark(&out->defects, DEFECT_DATE_MALFORMED);
}

/* The first address of From; where there is none, of Sender or Return-Path, as those are better
 * than nobody. */
static void read_from(struct arena *arena, const struct header *header, struct mail *out) {
  static const enum header_id sources[] = {HEADER_FROM, HEADER_SENDER, HEADER_RETURN_PATH};
  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
    struct mail_addresses list = {0};
    bool good = address_list_read(arena, header->first[sources[i]], &list, &out->defects);
    if (i == 0 && header_has(header, HEADER_FROM) && !good)
      defect_mark(&out->defects, DEFECT_FROM_MALFORMED);
    for (size_t k = 0; k < list.n && out->from.address.len == 0; k++) {
      if (list.items[k].address.len) out->from.address = list.items[k].address;
      if (out->from.name.len == 0) out->from.name = list.items[k].name;
    }
    if (out->from.address.len) return;
    if (i == 0) defect_mark(&out->defects, DEFECT_FROM_MISSING);
  }
}

static struct span lower(struct arena *arena, struct span s) {
  char *copy = arena_strndup(arena, s.ptr, s.len);
  for (size_t i = 0; i < s.len; i++) copy[i] = ascii_lower(copy[i]);
  return (struct span){copy, s.len};
}

void envelope_read(struct arena *arena, const struct header *header, struct span raw,
                   struct mail *out) {
  defect_set *defects = &out->defects;
  read_from(arena, header, out);
  address_list_read(arena, header->first[HEADER_TO], &out->to, defects);
  address_list_read(arena, header->first[HEADER_CC], &out->cc, defects);
  address_list_read(arena, header->first[HEADER_REPLY_TO], &out->reply_to, defects);
  out->subject = words_decode(arena, header->first[HEADER_SUBJECT], defects);
  read_date(header->first[HEADER_DATE], out);
  read_ids(arena, header, raw, out);
  read_references(arena, header->first[HEADER_REFERENCES], out);
  out->source_id = words_decode(arena, header->first[HEADER_X_SOURCE_ID], defects);
  struct span language = words_decode(arena, header->first[HEADER_CONTENT_LANGUAGE], defects);
  out->language = lower(arena, span_slice(language, 0, span_find_byte(language, ',', 0)));
}
