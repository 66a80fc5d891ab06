/* domains.h - host names: registrable part, company label, known top-level domains (libpsl's
 * built-in public suffix list). */
#ifndef MAILSIGNAL_CONTACT_DOMAINS_H
#define MAILSIGNAL_CONTACT_DOMAINS_H

#include "mailsignal/arena.h"

/* "acme" of mail.acme.co.uk, folded, hyphens kept; empty where there is none. */
struct span domain_label(struct arena *arena, struct span domain);

/* Whether the name ends in a public suffix that exists and has something before it. */
bool domain_is_plausible(struct arena *arena, struct span domain);

/* The country of a country-code domain, ISO 3166-1 ("GB" for .uk); "" for generic ones and those
 * that are sold as generic (.co, .io, .me ...). out has room for three bytes. */
void domain_country(struct span domain, char out[3]);

/* "ÉTÉ" -> "Été", "O'BRIEN" -> "O'Brien", "LLOYD-REID" -> "Lloyd-Reid"; through ICU beyond ASCII.
 */
struct span text_title_case(struct arena *arena, struct span word);

#endif
