/* http.h - one bounded request to a provider (libcurl's multi interface).
 *
 * TLS is verified, redirects are errors (libcurl would send our key header to the other host),
 * proxies of the environment are not used, and the decompressed body is counted as it comes in. */
#ifndef MAILSIGNAL_ENRICH_HTTP_H
#define MAILSIGNAL_ENRICH_HTTP_H

#include "mailsignal/diag.h"
#include "mailsignal/sbuf.h"

enum { HTTP_MOST_BODY_BYTES = 4 * 1024 * 1024 };

enum http_end {
  HTTP_ANSWERED,
  HTTP_NOT_SENT,  /* no connection: the provider has seen nothing */
  HTTP_CUT,       /* time-out or reset after sending: the provider may have charged */
  HTTP_TOO_LARGE, /* the body went past HTTP_MOST_BODY_BYTES */
};

struct http_request {
  struct arena *arena; /* of the answer */
  const char *url;
  const char *key_header; /* "name: value", secret; NULL: none */
  struct span body;       /* JSON; empty: GET */
  double seconds;         /* for all of it */
};

struct http_answer {
  enum http_end end;
  long status;
  double seconds;
  double retry_after; /* seconds, 1 to 3600; 0: not said */
  struct span body;
  const char *why; /* libcurl's words for anything but HTTP_ANSWERED */
  void *easy;      /* for http_header(), until the next request */
};

struct http;

/* stop: when it is set, a running request has a few seconds left. */
enum ms_status http_new(const _Atomic int *stop, struct http **out, struct ms_error *error);
void http_free(struct http *http);
void http_send(struct http *http, const struct http_request *request, struct http_answer *answer);
/* NULL: not there; "" when it is there and empty. */
const char *http_header(const struct http_answer *answer, const char *name);

/* Whether this may be the base of a provider: https, or http on this machine; no user, no query. */
enum ms_status http_check_base(const char *what, const char *url, struct ms_error *error);
/* Whether a key is one line of printable ASCII. */
enum ms_status http_check_key(const char *what, const char *key, struct ms_error *error);
/* Text for a query string. */
struct span http_escape(struct arena *arena, struct span text);

#endif
