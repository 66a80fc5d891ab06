/* shape.h - what a line looks like, whatever its words mean. */
#ifndef ZONE_SHAPE_H
#define ZONE_SHAPE_H

#include "mailsignal/span.h"

static inline bool shape_is_letter(char c) { return ascii_is_alpha(c) || (unsigned char)c >= 0x80; }

struct shape {
  size_t letters, digits, uppers, commas, tabs;
  size_t bars;             /* separators: | /  - between blanks, middle dots, bullets */
  size_t gaps;             /* two blanks or more, as between columns */
  size_t words, capitalised;
  size_t longest_number;   /* digits of the longest run of digits and telephone signs */
  bool lower_start, email, url, money, bracket, quote_start;
  bool code;               /* signs that programs and settings have */
};

void shape_read(struct span line, struct shape *out);

/* "acme.io", "www.acme.io/x": a dot between letters and a last label of letters; or a scheme. */
bool shape_has_domain(struct span folded);
bool shape_is_bullet(struct span line);
bool shape_is_postscript(struct span folded);

#endif
