#include "source/sniff.h"

enum { LONGEST_FIELD_NAME = 200, TAR_MAGIC_AT = 257 };

static bool is_archive(struct span s) {
  static const struct span magics[] = {
      SPAN_INIT("PK\x03\x04"),         SPAN_INIT("PK\x05\x06"),     SPAN_INIT("\x1F\x8B"),
      SPAN_INIT("\x28\xB5\x2F\xFD"),   SPAN_INIT("\xFD" "7zXZ\0"), SPAN_INIT("BZh"),
      SPAN_INIT("7z\xBC\xAF\x27\x1C"), SPAN_INIT("\x04\x22\x4D\x18"),
  };
  for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
    if (span_starts(s, magics[i])) return true;
  return span_starts(span_from(s, TAR_MAGIC_AT), SPAN_LIT("ustar"));
}

bool sniff_header_field(struct span text) {
  for (size_t i = 0; i < text.len && i < LONGEST_FIELD_NAME; i++) {
    char c = text.ptr[i];
    if (c == ':') return i > 0;
    if (c == ' ' || c == '\t') { /* "Subject : x" is obsolete syntax, still read */
      struct span rest = span_trim(span_slice(text, i, i + 8));
      return i > 0 && rest.len && rest.ptr[0] == ':';
    }
    if (!ascii_is_alnum(c) && c != '-' && c != '_' && c != '.') return false;
  }
  return false;
}

enum file_kind sniff(struct span s) {
  if (s.len == 0) return FILE_EMPTY;
  if (is_archive(s)) return FILE_ARCHIVE;
  if (span_starts(s, SPAN_LIT("\xEF\xBB\xBF"))) s = span_from(s, 3);
  if (span_starts(s, SPAN_LIT("From "))) return FILE_MBOX;
  while (s.len && (s.ptr[0] == '\n' || s.ptr[0] == '\r')) s = span_from(s, 1);
  if (span_starts(s, SPAN_LIT(">From "))) return FILE_MESSAGE; /* an envelope line, escaped */
  return sniff_header_field(s) ? FILE_MESSAGE : FILE_OTHER;
}
