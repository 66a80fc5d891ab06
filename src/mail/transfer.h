/* transfer.h - content transfer encodings (RFC 2045, section 6), read past damage. */
#ifndef MAILSIGNAL_MAIL_TRANSFER_H
#define MAILSIGNAL_MAIL_TRANSFER_H

#include "mailsignal/mail.h"
#include "mailsignal/sbuf.h"

enum transfer { TRANSFER_NONE, TRANSFER_BASE64, TRANSFER_QP, TRANSFER_UU };

/* The bytes behind the encoding; `content` itself where there is none. Stops at `limit` bytes of
 * output with DEFECT_SIZE_DECODED. */
struct span transfer_decode(struct arena *arena, struct span content, enum transfer transfer,
                            size_t limit, defect_set *defects);

/* Appends; characters outside the alphabet are passed over. */
void transfer_base64(struct sbuf *out, struct span content, defect_set *defects);

/* The Q encoding of RFC 2047, in which '_' is a blank. False when there were faults. */
bool transfer_q(struct sbuf *out, struct span text);

#endif
