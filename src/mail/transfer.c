#include "mail/transfer.h"

static int hex_digit(char c) {
  if (ascii_is_digit(c)) return c - '0';
  c = ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that "=XX" at `at` stands for, or -1. */
static int hex_byte(struct span s, size_t at) {
  if (at + 2 >= s.len) return -1;
  int high = hex_digit(s.ptr[at + 1]), low = hex_digit(s.ptr[at + 2]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

enum { B64_SKIP = 64, B64_PAD, B64_BAD };

/* Value of each character, or one of the above. White space is passed over in silence. */
static unsigned char base64_value(unsigned char c) {
  if (ascii_is_upper((char)c)) return (unsigned char)(c - 'A');
  if (ascii_is_lower((char)c)) return (unsigned char)(c - 'a' + 26);
  if (ascii_is_digit((char)c)) return (unsigned char)(c - '0' + 52);
  if (c == '+' || c == '-') return 62; /* '-' and '_': RFC 4648, section 5 */
  if (c == '/' || c == '_') return 63;
  if (c == '=') return B64_PAD;
  return ascii_is_space((char)c) ? B64_SKIP : B64_BAD;
}

void transfer_base64(struct sbuf *out, struct span content, defect_set *defects) {
  unsigned char value[256];
  for (int c = 0; c < 256; c++) value[c] = base64_value((unsigned char)c);
  sbuf_reserve(out, content.len / 4 * 3 + 3);
  uint32_t bits = 0;
  unsigned n = 0; /* characters in `bits` */
  bool damaged = false;
  for (size_t i = 0; i < content.len; i++) {
    unsigned char v = value[(unsigned char)content.ptr[i]];
    if (v < 64) {
      bits = bits << 6 | v;
      if (++n < 4) continue;
      out->bytes[out->len] = (char)(bits >> 16);
      out->bytes[out->len + 1] = (char)(bits >> 8);
      out->bytes[out->len + 2] = (char)bits;
      out->len += 3;
      bits = n = 0;
    } else if (v == B64_PAD) { /* also in the middle, where two encoded pieces were joined */
      if (n == 1) damaged = true;
      if (n >= 2) sbuf_byte(out, (char)(bits >> (n == 2 ? 4 : 10)));
      if (n == 3) sbuf_byte(out, (char)(bits >> 2));
      bits = n = 0;
    } else if (v == B64_BAD) {
      damaged = true;
    }
  }
  if (n >= 1) damaged = true; /* it ends in the middle of a group */
  if (n >= 2) sbuf_byte(out, (char)(bits >> (n == 2 ? 4 : 10)));
  if (n == 3) sbuf_byte(out, (char)(bits >> 2));
  if (damaged) defect_mark(defects, DEFECT_ENCODING_BASE64);
}

/* The line [at, end) of quoted-printable without its line end and the blanks that transport may
 * have added. False: the line is continued (it ends in "="). */
static bool qp_line(struct sbuf *out, struct span s, bool *damaged) {
  while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t' || s.ptr[s.len - 1] == '\r'))
    s.len--;
  bool soft = s.len && s.ptr[s.len - 1] == '=';
  if (soft) s.len--;
  for (size_t at = 0; at < s.len;) {
    size_t mark = span_find_byte(s, '=', at);
    if (mark == SPAN_NONE) mark = s.len;
    sbuf_add(out, span_slice(s, at, mark));
    if (mark == s.len) break;
    int byte = hex_byte(s, mark);
    if (byte < 0) *damaged = true;
    sbuf_byte(out, byte < 0 ? '=' : (char)byte);
    at = mark + (byte < 0 ? 1 : 3);
  }
  return !soft;
}

static void decode_qp(struct sbuf *out, struct span content, defect_set *defects) {
  bool damaged = false;
  sbuf_reserve(out, content.len);
  for (size_t at = 0; at < content.len;) {
    size_t end = span_find_byte(content, '\n', at);
    bool last = end == SPAN_NONE;
    if (last) end = content.len;
    if (qp_line(out, span_slice(content, at, end), &damaged) && !last) sbuf_byte(out, '\n');
    at = end + 1;
  }
  if (damaged) defect_mark(defects, DEFECT_ENCODING_QP);
}

bool transfer_q(struct sbuf *out, struct span text) {
  bool good = true;
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    if (c == '_') c = ' ';
    if (c == '=') {
      int byte = hex_byte(text, i);
      if (byte >= 0) {
        c = (char)byte;
        i += 2;
      } else {
        good = false;
      }
    }
    sbuf_byte(out, c);
  }
  return good;
}

/* One line of uuencode: a length, then groups of four. */
static void uu_line(struct sbuf *out, struct span line) {
  size_t want = (size_t)(line.ptr[0] - ' ') & 63;
  for (size_t i = 1; want > 0 && i < line.len; i += 4) {
    uint32_t bits = 0;
    for (size_t k = 0; k < 4; k++) {
      char c = i + k < line.len ? line.ptr[i + k] : ' ';
      bits = bits << 6 | ((uint32_t)(c - ' ') & 63);
    }
    for (int shift = 16; shift >= 0 && want > 0; shift -= 8, want--)
      sbuf_byte(out, (char)(bits >> shift));
  }
}

static void decode_uu(struct sbuf *out, struct span content) {
  bool inside = false;
  for (size_t at = 0; at < content.len;) {
    size_t end = span_find_byte(content, '\n', at);
    if (end == SPAN_NONE) end = content.len;
    struct span line = span_slice(content, at, end);
    at = end + 1;
    if (span_starts(line, SPAN_LIT("begin "))) inside = true;
    else if (span_starts(line, SPAN_LIT("end"))) inside = false;
    else if (inside && line.len) uu_line(out, line);
  }
}

struct span transfer_decode(struct arena *arena, struct span content, enum transfer transfer,
                            size_t limit, defect_set *defects) {
  /* No encoding makes text longer, so this bounds the work as well. */
  size_t most = transfer == TRANSFER_BASE64 ? limit / 3 * 4 : limit;
  if (content.len > most) {
    defect_mark(defects, DEFECT_SIZE_DECODED);
    content = span_slice(content, 0, most);
  }
  if (transfer == TRANSFER_NONE) return content;
  struct sbuf out = {.arena = arena};
  if (transfer == TRANSFER_BASE64) transfer_base64(&out, content, defects);
  if (transfer == TRANSFER_QP) decode_qp(&out, content, defects);
  if (transfer == TRANSFER_UU) decode_uu(&out, content);
  return sbuf_span(&out);
}
