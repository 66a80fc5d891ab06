/* html_style.h - what the attributes of a tag say: hidden or not, mark or not. */
#ifndef MAILSIGNAL_MAIL_HTML_STYLE_H
#define MAILSIGNAL_MAIL_HTML_STYLE_H

#include "mail/html_token.h"
#include "mailsignal/mail.h"

enum html_switch { SWITCH_UNSAID, SWITCH_ON, SWITCH_OFF };

struct html_look {
  bool gone;                     /* display:none and the like: so is all inside */
  enum html_switch invisible;    /* visibility: inherited, and may be taken back inside */
  enum html_switch tiny;         /* font-size: 0, likewise */
  enum html_switch preformatted; /* white-space */
  bool no_top, no_bottom;        /* margins: Outlook's paragraphs, margin:0 */
  bool indent_only;              /* a blockquote without a bar: Gmail's indentation */
  bool reply_border;             /* the line above From:/Sent: in Outlook's replies */
  bool has_mark;
  enum text_mark_kind mark;
  bool cite;  /* type=cite */
  bool emoji; /* an image that stands for a character */
  struct span href, alt;
  long start, value; /* of lists; -1: not given */
};

void html_look_read(const struct html_token *tag, struct html_look *out);

#endif
