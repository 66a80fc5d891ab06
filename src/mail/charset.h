/* charset.h - bytes with a charset label to UTF-8.
 *
 * Labels as in the WHATWG Encoding Standard (so that iso-8859-1 and us-ascii mean windows-1252 and
 * gb2312 means gb18030), and beside them the few that only mail uses (UTF-7, ISO-2022-KR, HZ). */
#ifndef MAILSIGNAL_MAIL_CHARSET_H
#define MAILSIGNAL_MAIL_CHARSET_H

#include "mailsignal/mail.h"

/* Always valid UTF-8; may be `bytes` itself. A missing, unknown or plainly wrong label is replaced
 * by a guess: UTF-8 where the bytes are that, else what ICU detects, else windows-1252. */
struct span charset_decode(struct arena *arena, struct span bytes, struct span label,
                           defect_set *defects);

/* ICU's name of the converter for a label, NULL when the label is unknown. */
const char *charset_converter(struct span label);

#endif
