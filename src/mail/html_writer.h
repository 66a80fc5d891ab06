/* html_writer.h - lines of text as a browser would lay them out.
 *
 * White space collapses, line breaks of blocks are made only when something follows, at most two
 * empty lines stand together, and blanks at line ends are left out except those of "-- ". */
#ifndef MAILSIGNAL_MAIL_HTML_WRITER_H
#define MAILSIGNAL_MAIL_HTML_WRITER_H

#include "mailsignal/sbuf.h"

struct html_writer {
  struct sbuf out;
  size_t line;        /* where the current line begins */
  unsigned newlines;  /* at the end of out */
  bool open;          /* something stands on the current line, perhaps only blanks */
  bool solid;         /* something visible does */
  bool want_break;    /* a block ended or begins: the next thing starts a line */
  bool want_gap;      /* ... after an empty line */
  bool blank;         /* collapsed white space is due before the next word */
  char cell;          /* '\t' due before the next thing in this row, or 0 */
  size_t tab;         /* offset of the tab before the cell that is being written, or SPAN_NONE */
  struct span marker; /* list marker that is due */
  char marker_bytes[16];
  uint64_t pieces;  /* rises with each visible thing and <br>: was there something? */
  uint64_t breaks;  /* rises with each line end */
  bool may_compose; /* the text may not be NFC */
};

void html_writer_init(struct html_writer *w, struct arena *arena);

/* Text with character references, where white space collapses or, in <pre>, does not. */
void html_write_text(struct html_writer *w, struct span text, bool preformatted);
/* As it stands: no references, no collapsing. */
void html_write_plain(struct html_writer *w, struct span text);
void html_write_break(struct html_writer *w);           /* <br> */
void html_write_block(struct html_writer *w, bool gap); /* a border of a block */
void html_write_cell(struct html_writer *w);            /* before a further cell of a row: a tab */
void html_end_cell(struct html_writer *w);
void html_write_marker(struct html_writer *w, struct span marker);
/* Makes the line break that is due. */
void html_start_line(struct html_writer *w);
/* Makes what is due before the next thing, so that out.len is where that will stand. */
void html_write_due(struct html_writer *w);
/* Ends the last line. */
void html_writer_finish(struct html_writer *w);

#endif
