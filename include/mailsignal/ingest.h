/* ingest.h - records into PostgreSQL: opportunity_signals, contact_enrichment_queue, and what a
 * mail tells the CRM's other engines (deals, feedback requests, quotes).
 *
 * A sink like any other: rows are encoded in the worker threads, a writer thread of its own stores
 * them in batches, one transaction each, and passes them on to --tee after the commit. Ids are
 * name-based (UUID version 5) and every table has a natural key, so that whatever was stored
 * before may be sent again: after a crash nothing is lost and nothing is there twice. */
#ifndef MAILSIGNAL_INGEST_H
#define MAILSIGNAL_INGEST_H

#include "mailsignal/sink.h"
#include "mailsignal/store.h"

/* Words that ingest needs: sentiment, role accounts, free-mail hosts, hosts
 * of throw-away addresses. Const after loading. */
struct ingest_words;

/* rule_dirs: n folders with lists/ in them; the first must have all files, the others add words. */
enum ms_status ingest_words_load(struct arena *arena, const char *const *rule_dirs, size_t n,
                                 const struct ingest_words **out, struct ms_error *error);

enum sentiment { SENTIMENT_NEUTRAL, SENTIMENT_POSITIVE, SENTIMENT_NEGATIVE };
struct sentiment_score {
  enum sentiment sentiment;
  double score;        /* -1 to 1 */
  struct span summary; /* the most telling sentence, as written */
};
/* What the sender's own words say, quoted mail and signature left out. */
void sentiment_read(struct arena *arena, const struct ingest_words *words,
                    const struct record *record, struct sentiment_score *out);

/* Why a sender is not looked up; SENDER_FINE: it is. */
enum sender_kind {
  SENDER_FINE,
  SENDER_NO_ADDRESS,
  SENDER_ROLE,
  SENDER_MACHINE,
  SENDER_DISPOSABLE /* a throw-away address */
};
enum sender_kind sender_kind(const struct ingest_words *words, struct span address);
/* The part behind the @ where it tells the sender's company: not for free-mail hosts. */
struct span sender_company_domain(const struct ingest_words *words, struct span address);

/* Where a run stands. `chain` is a hash over path, offset and size of all items up to there. */
struct ingest_position {
  uint64_t items;
  uint64_t chain;
  struct origin last; /* of item number `items`; the path belongs to whoever filled this in */
};
uint64_t ingest_chain(uint64_t chain, const struct origin *origin);
#define INGEST_CHAIN_START UINT64_C(14695981039346656037)

/* The checkpoint of --resume. Written to a file beside it, synced, then renamed over it. */
struct checkpoint {
  char tenant[37];
  struct ingest_position position;
  uint64_t file_size, file_time; /* of position.last.path: bytes, nanoseconds; 0: no such file */
};
/* MS_OK and items = 0 when there is no such file. The path is copied into the arena. */
enum ms_status checkpoint_read(struct arena *arena, const char *path, struct checkpoint *out,
                               struct ms_error *error);
/* Fills in file_size and file_time itself. */
enum ms_status checkpoint_write(const char *path, struct checkpoint *checkpoint,
                                struct ms_error *error);
/* True when the file at position.last.path is the one of the checkpoint, or has grown since. */
bool checkpoint_file_fits(const struct checkpoint *checkpoint);

struct ingest_options {
  struct store *store; /* must outlive the sink; used by its thread until it is freed */
  const char *tenant;  /* UUID in lower case */
  const struct ingest_words *words;
  size_t batch_messages;        /* flush after so many messages, 0: 500 */
  double batch_seconds;         /* ... or so long after the first one, 0: 1 */
  double patience;              /* seconds to wait for a database that is away */
  const char *resume_file;      /* NULL: no checkpoint */
  struct ingest_position start; /* what was skipped */
  int tee_fd;                   /* records go there after their commit; -1: nowhere */
  struct record_options tee;
  const _Atomic int *stop; /* the user's Ctrl-C; ends waiting for a database */
  /* From the writer thread. A message that the database refuses; a wait for the database that
   * begins (seconds: until the next try). Both may be NULL. */
  void (*refused)(void *context, const struct origin *origin, const char *why);
  void (*waiting)(void *context, const char *why, double seconds);
  /* From the writer thread, after a commit and after --tee: the first `items` items, counted from
   * `start`, are stored or refused. May be NULL. */
  void (*stored)(void *context, uint64_t items);
  void *context;
};

struct ingest_totals {
  uint64_t messages, refused;        /* stored or refused messages */
  uint64_t signals, contacts, facts; /* rows that are new; mails whose facts are new */
  struct ingest_position position;
};

/* Tenant (unless it is NULL), functions, rights: what can be known before the first mail. Waits for
 * a database that is away, at most options->patience. */
enum ms_status ingest_check(const struct ingest_options *options, struct ms_error *error);
/* NULL when out of memory or no thread could be started. */
struct sink *sink_ingest_new(const struct ingest_options *options);
/* After the run. */
void sink_ingest_totals(const struct sink *sink, struct ingest_totals *out);

#endif
