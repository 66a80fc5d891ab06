/* html_token.h - HTML bytes to tags and text, by the tokenizer of the WHATWG HTML standard (section
 * 13.2.5) as far as it matters here: comments, bogus comments, raw text elements and attributes end
 * where they end in a browser, also when they are damaged. Copies nothing. */
#ifndef MAILSIGNAL_MAIL_HTML_TOKEN_H
#define MAILSIGNAL_MAIL_HTML_TOKEN_H

#include "mailsignal/span.h"

/* X(constant, name, what it is) */
#define HTML_TAG_LIST(X)                           \
  X(TAG_A, "a", TAG_INLINE)                        \
  X(TAG_ADDRESS, "address", TAG_BLOCK)             \
  X(TAG_ARTICLE, "article", TAG_BLOCK)             \
  X(TAG_ASIDE, "aside", TAG_BLOCK)                 \
  X(TAG_AUDIO, "audio", TAG_DROPPED)               \
  X(TAG_AREA, "area", TAG_VOID)                    \
  X(TAG_BASE, "base", TAG_VOID)                    \
  X(TAG_BLOCKQUOTE, "blockquote", TAG_BLOCK)       \
  X(TAG_BODY, "body", TAG_BLOCK)                   \
  X(TAG_BR, "br", TAG_VOID)                        \
  X(TAG_CAPTION, "caption", TAG_BLOCK | TAG_SCOPE) \
  X(TAG_CENTER, "center", TAG_BLOCK)               \
  X(TAG_COL, "col", TAG_VOID)                      \
  X(TAG_DD, "dd", TAG_BLOCK)                       \
  X(TAG_DIV, "div", TAG_BLOCK)                     \
  X(TAG_DL, "dl", TAG_BLOCK | TAG_MARGIN)          \
  X(TAG_DT, "dt", TAG_BLOCK)                       \
  X(TAG_EMBED, "embed", TAG_VOID)                  \
  X(TAG_FIELDSET, "fieldset", TAG_BLOCK)           \
  X(TAG_FIGURE, "figure", TAG_BLOCK)               \
  X(TAG_FOOTER, "footer", TAG_BLOCK)               \
  X(TAG_FORM, "form", TAG_BLOCK)                   \
  X(TAG_H1, "h1", TAG_BLOCK | TAG_MARGIN)          \
  X(TAG_H2, "h2", TAG_BLOCK | TAG_MARGIN)          \
  X(TAG_H3, "h3", TAG_BLOCK | TAG_MARGIN)          \
  X(TAG_H4, "h4", TAG_BLOCK | TAG_MARGIN)          \
  X(TAG_H5, "h5", TAG_BLOCK | TAG_MARGIN)          \
  X(TAG_H6, "h6", TAG_BLOCK | TAG_MARGIN)          \
  X(TAG_HEADER, "header", TAG_BLOCK)               \
  X(TAG_HR, "hr", TAG_VOID)                        \
  X(TAG_HTML, "html", TAG_BLOCK | TAG_SCOPE)       \
  X(TAG_IFRAME, "iframe", TAG_RAW)                 \
  X(TAG_IMG, "img", TAG_VOID)                      \
  X(TAG_INPUT, "input", TAG_VOID)                  \
  X(TAG_LI, "li", TAG_BLOCK)                       \
  X(TAG_LINK, "link", TAG_VOID)                    \
  X(TAG_MAIN, "main", TAG_BLOCK)                   \
  X(TAG_MENU, "menu", TAG_BLOCK | TAG_MARGIN)      \
  X(TAG_META, "meta", TAG_VOID)                    \
  X(TAG_NAV, "nav", TAG_BLOCK)                     \
  X(TAG_NOEMBED, "noembed", TAG_RAW)               \
  X(TAG_NOFRAMES, "noframes", TAG_RAW)             \
  X(TAG_OBJECT, "object", TAG_INLINE | TAG_SCOPE)  \
  X(TAG_OL, "ol", TAG_BLOCK | TAG_MARGIN)          \
  X(TAG_P, "p", TAG_BLOCK | TAG_MARGIN)            \
  X(TAG_PARAM, "param", TAG_VOID)                  \
  X(TAG_PRE, "pre", TAG_BLOCK | TAG_MARGIN)        \
  X(TAG_SCRIPT, "script", TAG_RAW)                 \
  X(TAG_SECTION, "section", TAG_BLOCK)             \
  X(TAG_SELECT, "select", TAG_DROPPED)             \
  X(TAG_SOURCE, "source", TAG_VOID)                \
  X(TAG_STYLE, "style", TAG_RAW)                   \
  X(TAG_SVG, "svg", TAG_DROPPED)                   \
  X(TAG_TABLE, "table", TAG_BLOCK | TAG_SCOPE)     \
  X(TAG_TBODY, "tbody", TAG_INLINE)                \
  X(TAG_TD, "td", TAG_INLINE | TAG_SCOPE)          \
  X(TAG_TEMPLATE, "template", TAG_DROPPED)         \
  X(TAG_TEXTAREA, "textarea", TAG_RAW)             \
  X(TAG_TFOOT, "tfoot", TAG_INLINE)                \
  X(TAG_TH, "th", TAG_INLINE | TAG_SCOPE)          \
  X(TAG_THEAD, "thead", TAG_INLINE)                \
  X(TAG_TITLE, "title", TAG_RAW)                   \
  X(TAG_TR, "tr", TAG_BLOCK)                       \
  X(TAG_UL, "ul", TAG_BLOCK | TAG_MARGIN)          \
  X(TAG_VIDEO, "video", TAG_DROPPED)               \
  X(TAG_WBR, "wbr", TAG_VOID)                      \
  X(TAG_XML, "xml", TAG_DROPPED)                   \
  X(TAG_XMP, "xmp", TAG_RAW)

enum html_tag_flags {
  TAG_INLINE = 0,
  TAG_BLOCK = 1,    /* stands on lines of its own */
  TAG_MARGIN = 2,   /* with an empty line around */
  TAG_VOID = 4,     /* has no end tag */
  TAG_RAW = 8,      /* no markup inside; its text is not shown */
  TAG_DROPPED = 16, /* markup inside, not shown */
  TAG_SCOPE = 32,   /* end tags do not reach out of it */
};

enum html_tag {
  TAG_OTHER, /* inline: b, span, font, o:p, ... */
#define HTML_TAG_ENUM(constant, name, flags) constant,
  HTML_TAG_LIST(HTML_TAG_ENUM)
#undef HTML_TAG_ENUM
      TAG_COUNT
};

unsigned html_tag_flags(enum html_tag tag);

enum html_token_kind { HTML_END, HTML_TEXT, HTML_OPEN, HTML_CLOSE };

struct html_token {
  enum html_token_kind kind;
  struct span text; /* of HTML_TEXT, with its character references */
  struct span name; /* of tags, as written */
  enum html_tag tag;
  struct span attributes; /* what stands between the name and ">" */
};

struct html_reader {
  struct span html;
  size_t at;
};

/* The next token. The content of raw text elements and all comments are passed over. */
void html_next(struct html_reader *reader, struct html_token *out);

/* The next attribute of *attributes; values as written, without quotes. False at the end. */
bool html_attribute(struct span *attributes, struct span *name, struct span *value);

#endif
