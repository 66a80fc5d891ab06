#include <stdio.h>
#include <stdlib.h>

#include "mailsignal/limits.h"
#include "nats/dead_letter.h"
#include "nats/pending.h"
#include "nats/stream.h"

/* Three threads meet here: the run's reader fetches and hands out, the sink's writer settles, and
 * the keeper tells the server that slow messages are still being worked on. */

enum {
  FETCH_MESSAGES = 128,
  FETCH_BYTES = 64 * 1024 * 1024,
  PENDING_BYTES = 128 * 1024 * 1024, /* held and not yet settled: then no more are handed out */
  WAIT_MS = 300,                     /* for the first message of an empty stream */
  MOST_ACK_PENDING = 20000,          /* of all workers together */
  MISSING_TRIES = 5                  /* a server that has just started may not know its streams */
};
static const double KEEP_SHARE = 1.0 / 3, LOOK_UP = 0.1, FIRST_WAIT = 0.1, LONGEST_WAIT = 5;
static const double LAG_SECONDS = 5; /* between two questions of an idle worker */

struct nats_consumer {
  struct nats_link *link;
  struct nats_consumer_options options;
  natsSubscription *subscription;
  char *dead_subject;
  struct pending pending;
  double keep_seconds;

  /* The reader's own. */
  bool alone;       /* the last message that was handed out is under suspicion */
  double looked;    /* when the server was asked how much is left */
  double wait;      /* before the next try after a failure */
  unsigned missing; /* how often the consumer was not there, one after the other */
  struct ms_error ended;

  pthread_mutex_t lock; /* of what follows */
  pthread_cond_t wake;
  struct nats_counts counts;
  bool closing;
  pthread_t keeper;
  bool keeping;
};

/* opening ------------------------------------------------------------------- */

static enum ms_status check_consumer(const jsConsumerInfo *info, struct ms_error *error) {
  const jsConsumerConfig *config = info->Config;
  if (config->DeliverSubject)
    return ms_fail(error, MS_BAD_CONFIG, "the consumer %s is a push consumer; a pull consumer is needed",
                   info->Name);
  if (config->AckPolicy != js_AckExplicit)
    return ms_fail(error, MS_BAD_CONFIG,
                   "the consumer %s does not acknowledge each message (ack policy explicit)",
                   info->Name);
  return MS_OK;
}

static natsStatus add_consumer(struct nats_consumer *self, jsConsumerInfo **info, jsErrCode *code) {
  const struct nats_settings *settings = self->link->settings;
  jsConsumerConfig config;
  jsConsumerConfig_Init(&config);
  config.Durable = self->options.durable;
  config.AckPolicy = js_AckExplicit;
  config.AckWait = (int64_t)(self->options.ack_wait * 1e9);
  config.MaxDeliver = -1; /* the limit is ours: the server would only fall silent about a message */
  config.MaxAckPending = MOST_ACK_PENDING;
  config.FilterSubject = settings->subject;
  return js_AddConsumer(info, self->link->js, settings->stream, &config, NULL, code);
}

static enum ms_status ensure_consumer(struct nats_consumer *self, struct ms_error *error) {
  const struct nats_settings *settings = self->link->settings;
  jsConsumerInfo *info = NULL;
  jsErrCode code = 0;
  natsStatus s = js_GetConsumerInfo(&info, self->link->js, settings->stream, self->options.durable,
                                    NULL, &code);
  if (code == JSConsumerNotFoundErr || s == NATS_NOT_FOUND) s = add_consumer(self, &info, &code);
  if (s) return link_fail(error, s, code, "the consumer cannot be had");
  enum ms_status status = check_consumer(info, error);
  self->keep_seconds = (double)info->Config->AckWait / 1e9 * KEEP_SHARE;
  jsConsumerInfo_Destroy(info);
  return status;
}

static enum ms_status subscribe(struct nats_consumer *self, struct ms_error *error) {
  const struct nats_settings *settings = self->link->settings;
  jsErrCode code = 0;
  jsSubOptions options;
  jsSubOptions_Init(&options);
  options.Stream = settings->stream;
  options.Consumer = self->options.durable;
  natsStatus s = js_PullSubscribe(&self->subscription, self->link->js, settings->subject,
                                  self->options.durable, NULL, &options, &code);
  return s ? link_fail(error, s, code, "the consumer cannot be used") : MS_OK;
}

static void *keep(void *context) {
  struct nats_consumer *self = context;
  pthread_mutex_lock(&self->lock);
  while (!self->closing) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    long ns = until.tv_nsec + (long)((self->keep_seconds - (double)(time_t)self->keep_seconds) * 1e9);
    until.tv_sec += (time_t)self->keep_seconds + ns / 1000000000L;
    until.tv_nsec = ns % 1000000000L;
    if (pthread_cond_timedwait(&self->wake, &self->lock, &until) == 0) continue;
    pthread_mutex_unlock(&self->lock);
    pending_touch(&self->pending);
    pthread_mutex_lock(&self->lock);
  }
  pthread_mutex_unlock(&self->lock);
  nats_ReleaseThreadMemory();
  return NULL;
}

enum ms_status nats_consumer_open(struct nats_link *link,
                                  const struct nats_consumer_options *options,
                                  struct nats_consumer **out, struct ms_error *error) {
  struct nats_consumer *self = calloc(1, sizeof *self);
  *out = self;
  if (!self) return ms_fail(error, MS_SOFTWARE, "out of memory");
  self->link = link;
  self->options = *options;
  self->wait = FIRST_WAIT;
  pending_init(&self->pending);
  pthread_mutex_init(&self->lock, NULL);
  pthread_cond_init(&self->wake, NULL);
  enum ms_status status = ensure_consumer(self, error);
  if (!status) status = stream_ensure_dead(link, &self->dead_subject, error);
  if (!status) status = subscribe(self, error);
  if (status) return status;
  self->keeping = pthread_create(&self->keeper, NULL, keep, self) == 0;
  return self->keeping ? MS_OK : ms_fail(error, MS_SOFTWARE, "no thread could be started");
}

/* fetching ------------------------------------------------------------------ */

static bool is_stopped(const struct nats_consumer *self) {
  const _Atomic int *stop = self->link->settings->stop;
  return stop && *stop;
}

/* One delivery more and the message is near its limit: it may be what kills the workers. */
static bool is_suspect(const struct nats_consumer *self, const struct delivery *delivery) {
  return delivery->delivered > (self->options.max_deliver + 1) / 2;
}

/* Suspects come last, in turns from both ends: the innocent before and behind the guilty one of a
 * batch are then done within two deliveries. */
static int compare(const void *a, const void *b, void *context) {
  const struct delivery *x = a, *y = b;
  bool suspect_x = is_suspect(context, x), suspect_y = is_suspect(context, y);
  if (suspect_x != suspect_y) return suspect_x ? 1 : -1;
  int order = (x->sequence > y->sequence) - (x->sequence < y->sequence);
  return suspect_x && x->delivered % 2 ? -order : order;
}

static void count(struct nats_consumer *self, uint64_t *counter, uint64_t n) {
  pthread_mutex_lock(&self->lock);
  *counter += n;
  pthread_mutex_unlock(&self->lock);
}

static void bury(struct nats_consumer *self, struct delivery *delivery, const char *why) {
  if (dead_letter_bury(self->link, self->dead_subject, delivery, why))
    count(self, &self->counts.dead, 1);
  delivery_free(delivery);
}

static void accept(struct nats_consumer *self, struct delivery *delivery) {
  char why[80];
  if (delivery->delivered > self->options.max_deliver) {
    snprintf(why, sizeof why, "delivered %llu times and never acknowledged",
             (unsigned long long)delivery->delivered - 1);
    bury(self, delivery, why);
  } else if (!pending_add(&self->pending, delivery)) {
    delivery_free(delivery); /* comes again */
  }
}

/* Takes the message out of the list; false when it is none of the stream's. */
static bool read_delivery(struct nats_consumer *self, natsMsg **msg, struct delivery *out) {
  jsMsgMetaData *meta = NULL;
  if (natsMsg_GetMetaData(&meta, *msg) != NATS_OK) return false;
  *out = (struct delivery){
      .msg = *msg, .sequence = meta->Sequence.Stream, .delivered = meta->NumDelivered};
  *msg = NULL;
  pthread_mutex_lock(&self->lock);
  self->counts.received++;
  self->counts.redelivered += meta->NumDelivered > 1;
  self->counts.lag = meta->NumPending;
  pthread_mutex_unlock(&self->lock);
  jsMsgMetaData_Destroy(meta);
  return true;
}

static void accept_list(struct nats_consumer *self, natsMsgList *list) {
  struct delivery deliveries[FETCH_MESSAGES];
  size_t n = 0;
  for (int i = 0; i < list->Count && n < FETCH_MESSAGES; i++)
    if (read_delivery(self, &list->Msgs[i], &deliveries[n])) n++;
  qsort_r(deliveries, n, sizeof *deliveries, compare, self);
  for (size_t i = 0; i < n; i++) accept(self, &deliveries[i]);
}

/* What is there, or the next message to come. So many that even the longest ones stay within
 * FETCH_BYTES: libnats holds them all. */
static natsStatus fetch(struct nats_consumer *self) {
  natsMsgList list = {0};
  int64_t longest = natsConnection_GetMaxPayload(self->link->connection);
  int64_t most = longest > 0 ? FETCH_BYTES / longest : 1;
  if (most > FETCH_MESSAGES) most = FETCH_MESSAGES;
  natsStatus s = natsSubscription_Fetch(&list, self->subscription, most > 1 ? (int)most : 1, WAIT_MS,
                                        NULL);
  if (list.Count > 0) s = NATS_OK;
  accept_list(self, &list);
  natsMsgList_Destroy(&list);
  return s;
}

/* Asks how much is left. NATS_OK and *drained when nobody holds any message any more. */
static natsStatus look_at_consumer(struct nats_consumer *self, bool *drained, jsErrCode *code) {
  jsConsumerInfo *info = NULL;
  *drained = false;
  natsStatus s = js_GetConsumerInfo(&info, self->link->js, self->link->settings->stream,
                                    self->options.durable, NULL, code);
  if (s) return s;
  self->looked = link_now();
  *drained = info->NumPending == 0 && info->NumAckPending == 0;
  pthread_mutex_lock(&self->lock);
  self->counts.lag = info->NumPending;
  pthread_mutex_unlock(&self->lock);
  jsConsumerInfo_Destroy(info);
  return NATS_OK;
}

/* After a failed fetch. False: there is no point in going on. */
static bool recover(struct nats_consumer *self) {
  bool drained;
  jsErrCode code = 0;
  if (natsConnection_IsClosed(self->link->connection)) {
    ms_fail(&self->ended, MS_UNAVAILABLE, "the NATS server has closed the connection for good");
    return false;
  }
  natsStatus s = look_at_consumer(self, &drained, &code);
  bool missing = code == JSConsumerNotFoundErr || code == JSStreamNotFoundErr;
  self->missing = missing ? self->missing + 1 : 0;
  if (self->missing >= MISSING_TRIES) {
    link_fail(&self->ended, s, code, "the consumer is gone");
    return false;
  }
  double wait = self->wait;
  self->wait = wait * 2 < LONGEST_WAIT ? wait * 2 : LONGEST_WAIT;
  return link_sleep(self->link, wait);
}

/* False: the end. */
static bool fetch_more(struct nats_consumer *self) {
  bool drained = false;
  jsErrCode code = 0;
  natsStatus s = fetch(self);
  bool quiet = s == NATS_TIMEOUT || s == NATS_NOT_FOUND;
  if (quiet && !self->options.once && link_now() - self->looked < LAG_SECONDS) return true;
  if (quiet) s = look_at_consumer(self, &drained, &code);
  if (s != NATS_OK) return recover(self);
  self->wait = FIRST_WAIT;
  self->missing = 0;
  return !(quiet && drained && self->options.once);
}

/* handing out --------------------------------------------------------------- */

static bool copy_bytes(struct raw_message *out, const natsMsg *msg) {
  int length = natsMsg_GetDataLength(msg);
  size_t len = length > 0 ? (size_t)length : 0;
  out->cut = len > LIMIT_MESSAGE_BYTES;
  if (out->cut) len = LIMIT_MESSAGE_BYTES;
  if (len > out->capacity) {
    char *grown = realloc(out->bytes, len);
    if (!grown) return false;
    out->bytes = grown;
    out->capacity = len;
  }
  if (len) memcpy(out->bytes, natsMsg_GetData(msg), len);
  out->len = len;
  return true;
}

static void hand_out(struct nats_consumer *self, const struct delivery *delivery,
                     struct raw_message *out) {
  char path[LINK_HEADER_BYTES];
  snprintf(path, sizeof path, "nats:%.300s/%llu", self->link->settings->stream,
           (unsigned long long)delivery->sequence);
  raw_message_set_path(out, path);
  out->len = 0;
  bool copied = copy_bytes(out, delivery->msg);
  out->origin.offset = 0;
  out->origin.size = out->len;
  self->alone = is_suspect(self, delivery);
  pending_hand(&self->pending);
  if (!copied) {
    out->error_code = "memory";
    ms_fail(&out->error, MS_SOFTWARE, "%s: out of memory", path);
  } else if (out->len == 0) {
    out->error_code = "empty";
    ms_fail(&out->error, MS_BAD_DATA, "%s: the message is empty", path);
  }
}

int nats_consumer_next(void *consumer, struct raw_message *out) {
  struct nats_consumer *self = consumer;
  while (!is_stopped(self)) {
    struct delivery delivery;
    if (!pending_peek(&self->pending, &delivery)) {
      if (!fetch_more(self)) return 0;
      continue;
    }
    size_t others = self->alone || is_suspect(self, &delivery) ? 0 : SIZE_MAX;
    if (!pending_wait(&self->pending, others, PENDING_BYTES, LOOK_UP)) continue;
    hand_out(self, &delivery, out);
    return 1;
  }
  return 0;
}

enum ms_status nats_consumer_status(const struct nats_consumer *self, struct ms_error *error) {
  const struct ms_error *ended = &self->ended;
  return ended->status ? ms_fail(error, ended->status, "%s", ended->text) : MS_OK;
}

/* settling ------------------------------------------------------------------ */

void nats_consumer_refuse(struct nats_consumer *self, const struct origin *origin,
                          const char *why) {
  uint64_t sequence = 0;
  size_t at = origin->path.len;
  while (at > 0 && ascii_is_digit(origin->path.ptr[at - 1])) at--;
  for (; at < origin->path.len; at++)
    sequence = sequence * 10 + (uint64_t)(origin->path.ptr[at] - '0');
  pending_refuse(&self->pending, sequence, why);
}

/* The last answer stands for all: the server handles what one connection sends in order. */
static void confirm(struct nats_consumer *self, struct delivery *last, uint64_t n) {
  natsStatus s = natsMsg_AckSync(last->msg, NULL, NULL);
  delivery_free(last);
  pthread_mutex_lock(&self->lock);
  *(s ? &self->counts.unconfirmed : &self->counts.acknowledged) += n;
  pthread_mutex_unlock(&self->lock);
}

void nats_consumer_settle(struct nats_consumer *self, uint64_t items) {
  struct delivery delivery, last = {0};
  uint64_t n = 0;
  while (pending_settle(&self->pending, items, &delivery)) {
    if (delivery.refused) {
      bury(self, &delivery, delivery.refused);
      continue;
    }
    if (last.msg) natsMsg_Ack(last.msg, NULL);
    delivery_free(&last);
    last = delivery;
    n++;
  }
  if (last.msg) confirm(self, &last, n);
}

void nats_consumer_counts(struct nats_consumer *self, struct nats_counts *out) {
  pthread_mutex_lock(&self->lock);
  *out = self->counts;
  pthread_mutex_unlock(&self->lock);
  out->reconnects = self->link->reconnects;
}

/* closing ------------------------------------------------------------------- */

static void stop_keeper(struct nats_consumer *self) {
  if (!self->keeping) return;
  pthread_mutex_lock(&self->lock);
  self->closing = true;
  pthread_cond_signal(&self->wake);
  pthread_mutex_unlock(&self->lock);
  pthread_join(self->keeper, NULL);
}

void nats_consumer_close(struct nats_consumer *self) {
  if (!self) return;
  stop_keeper(self);
  pending_give_back(&self->pending);
  if (self->keeping) natsConnection_FlushTimeout(self->link->connection, 2 * WAIT_MS);
  natsSubscription_Destroy(self->subscription);
  pending_free(&self->pending);
  pthread_cond_destroy(&self->wake);
  pthread_mutex_destroy(&self->lock);
  free(self->dead_subject);
  free(self);
}
