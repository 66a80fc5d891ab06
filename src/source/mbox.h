/* mbox.h - splits an mbox into messages (the rules are in mailsignal/source.h). */
#ifndef MAILSIGNAL_SOURCE_MBOX_H
#define MAILSIGNAL_SOURCE_MBOX_H

#include "mailsignal/source.h"
#include "source/window.h"

/* The window stands at a "From " line. Copies the message behind it into *out, sets out->origin's
 * offset and size and out->cut, and moves the window to the next "From " line or the end. False
 * at the end. */
bool mbox_next(struct window *window, struct raw_message *out);

/* Reads the whole stream as one message. */
void message_read(struct window *window, struct raw_message *out);

/* True when `line` (without line end) is an mbox separator in view of the lines around it. */
bool mbox_is_separator(struct span line, bool after_empty_line, struct span next_line);

#endif
