/* mail.h - raw bytes of one message in, headers and readable text out.
 *
 * Follows RFC 5322 (messages), 2045-2049 (MIME), 2047/2231 (encoded words and parameters), 3676
 * (format=flowed) as far as real mail does, and decodes on where it does not: damage becomes a
 * defect, never an error. All spans are UTF-8 and belong to the arena. */
#ifndef MAILSIGNAL_MAIL_H
#define MAILSIGNAL_MAIL_H

#include <stdint.h>

#include "mailsignal/arena.h"
#include "mailsignal/defects.h"

/* Who or what wrote the message; the order is that of the names in mail_class_name(). */
enum mail_class {
  MAIL_PERSON,
  MAIL_AUTO_REPLY, /* RFC 3834: out of office and the like */
  MAIL_BULK,       /* lists, newsletters: RFC 2369, 2919, Precedence */
  MAIL_BOUNCE,     /* delivery reports: RFC 3464, null return path */
  MAIL_CALENDAR,   /* invitations and answers: RFC 5546 */
  MAIL_SYSTEM,     /* other automatic mail: Auto-Submitted: auto-generated, no-reply senders */
  MAIL_CLASS_COUNT
};
const char *mail_class_name(enum mail_class mail_class);

struct mail_address {
  struct span name;    /* display name, decoded, unquoted; may be empty */
  struct span address; /* local@domain as written, domain in lower case; may be empty */
};

struct mail_addresses {
  struct mail_address *items;
  size_t n, capacity;
};

/* What HTML said about a stretch of the text, for zoning. Marks may nest; they are sorted by start,
 * outer ones first. */
enum text_mark_kind {
  MARK_QUOTE,          /* blockquote, gmail_quote, moz-cite, type=cite ... */
  MARK_REPLY_HEADER,   /* divRplyFwdMsg, a border-top block that holds From:/Sent: ... */
  MARK_ATTRIBUTION,    /* gmail_attr, moz-cite-prefix: "On ... wrote:" */
  MARK_SIGNATURE,      /* gmail_signature, moz-signature, Apple's and Outlook's signature ids */
  MARK_CLIENT_FOOTER,  /* ms-outlook-mobile-signature and kin: "Get Outlook for iOS" */
  MARK_RULE,           /* a horizontal rule; start == end */
  MARK_TABLE,          /* a layout or data table */
};

struct text_mark {
  enum text_mark_kind kind;
  unsigned depth;    /* of quotes: 1 = quoted once */
  size_t start, end; /* bytes of mail.text, half open */
};

struct mail_attachment {
  struct span media_type; /* lower case, e.g. "application/pdf" */
  struct span file_name;
  size_t size;            /* bytes as sent */
};

struct mail {
  struct span message_id;  /* without <>; "sha256:..." of the raw message where there is none */
  bool message_id_made;    /* that hash */
  struct span in_reply_to; /* the first id, without <> */
  struct span *references; /* ids without <>, oldest first */
  size_t n_references;
  struct span source_id;   /* X-Source-Id: the CRM's own id of this mail */
  struct span subject;
  bool has_date;
  int64_t date;            /* seconds since 1970 UTC */
  int date_offset;         /* minutes east of UTC, as the sender wrote it */
  struct mail_address from;
  struct mail_addresses reply_to, to, cc;
  enum mail_class mail_class;

  /* The best part as text: UTF-8 NFC, lines end in \n, no NUL, no other controls but \t. */
  struct span text;
  struct text_mark *marks;
  size_t n_marks, marks_capacity;
  bool from_html;
  struct span language;    /* Content-Language, lower case; mostly empty */

  struct mail_attachment *attachments;
  size_t n_attachments, attachments_capacity;
  struct span vcard;       /* first text/vcard or .vcf part as UTF-8; may be empty */
  struct span forwarded_from; /* From of an attached message/rfc822; may be empty */
  defect_set defects;
};

/* Once a process, before the first mail_parse() and before threads start. */
void mail_init(void);

/* Cannot fail on input. `raw` must outlive *out: spans may point into it. */
void mail_parse(struct arena *arena, struct span raw, struct mail *out);

#endif
