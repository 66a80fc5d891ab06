/* utf8.h - UTF-8 (RFC 3629) without a library: decode, encode, check, sanitise. */
#ifndef MAILSIGNAL_UTF8_H
#define MAILSIGNAL_UTF8_H

#include <stdint.h>

#include "mailsignal/sbuf.h"

#define UTF8_INVALID UINT32_MAX

/* The code point at *at (< s.len); moves *at past it. An ill-formed sequence gives UTF8_INVALID
 * and moves past its maximal subpart (Unicode 15, section 3.9), at least one byte. */
uint32_t utf8_next(struct span s, size_t *at);

/* Appends one code point; surrogates and values beyond U+10FFFF become U+FFFD. */
void utf8_put(struct sbuf *out, uint32_t code);

bool utf8_is_valid(struct span s);
bool utf8_is_ascii(struct span s);

/* Start of the character that holds byte `at` (at <= s.len). For cutting text without tearing. */
size_t utf8_floor(struct span s, size_t at);

#endif
