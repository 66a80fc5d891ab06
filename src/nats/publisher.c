#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "nats/stream.h"

enum { COMPLETE_MS = 5000, HEADER_RESERVE = 2048 };
static const double FIRST_WAIT = 0.1, LONGEST_WAIT = 5;

struct nats_publisher {
  struct nats_link *link;
  char *subject;
  jsCtx *js; /* not the link's: its answers come to on_answer() */
  bool sent; /* before, libnats has no list of what is pending, and would look into it all the same */
  pthread_mutex_t lock;
  /* Guarded by the lock: libnats answers from a thread of its own. */
  struct nats_publish_totals totals;
  natsMsg **unsent; /* to be sent again */
  size_t n_unsent, capacity;
  bool out_of_memory;
  char why[256]; /* of the last failure */
};

/* The lock is held. Takes the message over. */
static void keep_unsent(struct nats_publisher *self, natsMsg *message) {
  if (self->n_unsent == self->capacity) {
    size_t capacity = self->capacity ? self->capacity * 2 : 64;
    natsMsg **grown = realloc(self->unsent, capacity * sizeof(natsMsg *));
    if (!grown) {
      self->out_of_memory = true;
      natsMsg_Destroy(message);
      return;
    }
    self->unsent = grown;
    self->capacity = capacity;
  }
  self->unsent[self->n_unsent++] = message;
}

static void on_answer(jsCtx *js, natsMsg *message, jsPubAck *ack, jsPubAckErr *fault,
                      void *context) {
  struct nats_publisher *self = context;
  (void)js;
  pthread_mutex_lock(&self->lock);
  if (ack && ack->Duplicate) self->totals.duplicates++;
  if (ack && !ack->Duplicate) self->totals.stored++;
  if (!ack) {
    snprintf(self->why, sizeof self->why, "%s",
             fault && fault->ErrText ? fault->ErrText
                                     : natsStatus_GetText(fault ? fault->Err : NATS_ERR));
    keep_unsent(self, message);
    message = NULL;
  }
  pthread_mutex_unlock(&self->lock);
  natsMsg_Destroy(message);
}

enum ms_status nats_publisher_open(struct nats_link *link, char differs[NATS_DIFFERS_BYTES],
                                   struct nats_publisher **out, struct ms_error *error) {
  struct nats_publisher *self = calloc(1, sizeof *self);
  jsOptions options;
  *out = self;
  if (!self) return ms_fail(error, MS_SOFTWARE, "out of memory");
  self->link = link;
  pthread_mutex_init(&self->lock, NULL);
  self->subject = stream_subject(link->settings);
  if (!self->subject) return ms_fail(error, MS_SOFTWARE, "out of memory");
  jsOptions_Init(&options);
  options.PublishAsync.AckHandler = on_answer;
  options.PublishAsync.AckHandlerClosure = self;
  natsStatus s = natsConnection_JetStream(&self->js, link->connection, &options);
  if (s) return link_fail(error, s, 0, "JetStream");
  return stream_ensure(link, self->subject, differs, error);
}

static natsStatus make_message(const struct nats_publisher *self, const struct raw_message *raw,
                               natsMsg **message) {
  char source[LINK_HEADER_BYTES], id[SHA256_HEX_BYTES];
  snprintf(source, sizeof source, SPAN_FMT " at %llu", SPAN_ARG(raw->origin.path),
           (unsigned long long)raw->origin.offset);
  nats_message_id(span_of(self->subject), (struct span){raw->bytes, raw->len}, id);
  natsStatus s = natsMsg_Create(message, self->subject, NULL, raw->bytes, (int)raw->len);
  if (!s) s = natsMsgHeader_Set(*message, "Nats-Msg-Id", id);
  if (!s) s = link_header(*message, "Mailsignal-Source", source);
  return s;
}

/* What cannot be sent just now is kept for nats_publish_settle(). */
static void send(struct nats_publisher *self, natsMsg *message) {
  natsStatus s = js_PublishMsgAsync(self->js, &message, NULL);
  self->sent = self->sent || !s;
  if (s == NATS_OK) return;
  pthread_mutex_lock(&self->lock);
  snprintf(self->why, sizeof self->why, "%s", natsStatus_GetText(s));
  keep_unsent(self, message);
  pthread_mutex_unlock(&self->lock);
}

enum ms_status nats_publish(struct nats_publisher *self, const struct raw_message *raw,
                            struct ms_error *error) {
  natsMsg *message = NULL;
  int64_t most = natsConnection_GetMaxPayload(self->link->connection) - HEADER_RESERVE;
  if ((int64_t)raw->len > most)
    return ms_fail(error, MS_BAD_DATA,
                   SPAN_FMT " at offset %llu: %zu bytes, more than the server takes (max_payload "
                   "less %d: %lld)",
                   SPAN_ARG(raw->origin.path), (unsigned long long)raw->origin.offset, raw->len,
                   HEADER_RESERVE, (long long)most);
  if (make_message(self, raw, &message)) {
    natsMsg_Destroy(message);
    return ms_fail(error, MS_SOFTWARE, "out of memory");
  }
  send(self, message);
  return MS_OK;
}

/* Waits for the answers; those that do not come make their messages unsent. */
static void collect_answers(struct nats_publisher *self) {
  natsMsgList list = {0};
  jsPubOptions options;
  jsPubOptions_Init(&options);
  options.MaxWait = COMPLETE_MS;
  if (!self->sent || js_PublishAsyncComplete(self->js, &options) == NATS_OK) return;
  if (js_PublishAsyncGetPendingList(&list, self->js) != NATS_OK) return;
  pthread_mutex_lock(&self->lock);
  snprintf(self->why, sizeof self->why, "the server does not answer");
  for (int i = 0; i < list.Count; i++) {
    keep_unsent(self, list.Msgs[i]);
    list.Msgs[i] = NULL;
  }
  pthread_mutex_unlock(&self->lock);
  natsMsgList_Destroy(&list);
}

static void send_again(struct nats_publisher *self) {
  pthread_mutex_lock(&self->lock);
  natsMsg **again = self->unsent;
  size_t n = self->n_unsent;
  self->unsent = NULL;
  self->n_unsent = self->capacity = 0;
  pthread_mutex_unlock(&self->lock);
  for (size_t i = 0; i < n; i++) send(self, again[i]);
  free(again);
}

/* How many are unsent, and why. */
static size_t look_at_unsent(struct nats_publisher *self, struct ms_error *why) {
  pthread_mutex_lock(&self->lock);
  size_t n = self->n_unsent;
  if (self->out_of_memory) ms_fail(why, MS_SOFTWARE, "out of memory");
  else if (n)
    ms_fail(why, MS_TRY_AGAIN, "%zu messages are not in the stream: %s", n, self->why);
  pthread_mutex_unlock(&self->lock);
  return n;
}

enum ms_status nats_publish_settle(struct nats_publisher *self, struct ms_error *error) {
  double until = 0;
  for (double wait = FIRST_WAIT;; wait = wait * 2 < LONGEST_WAIT ? wait * 2 : LONGEST_WAIT) {
    struct ms_error why = {0};
    collect_answers(self);
    size_t unsent = look_at_unsent(self, &why);
    if (why.status == MS_SOFTWARE) return ms_fail(error, why.status, "%s", why.text);
    if (unsent == 0) return MS_OK;
    if (until == 0) until = link_now() + self->link->settings->patience;
    if (natsConnection_IsClosed(self->link->connection))
      return ms_fail(error, MS_UNAVAILABLE, "the NATS server has closed the connection for good");
    if (link_now() >= until || !link_sleep(self->link, wait))
      return ms_fail(error, MS_TRY_AGAIN, "%s", why.text);
    send_again(self);
  }
}

void nats_publisher_totals(struct nats_publisher *self, struct nats_publish_totals *out) {
  pthread_mutex_lock(&self->lock);
  *out = self->totals;
  pthread_mutex_unlock(&self->lock);
}

void nats_publisher_close(struct nats_publisher *self) {
  natsMsgList list = {0};
  if (!self) return;
  /* No answer may come to a publisher that is gone. */
  if (self->sent && js_PublishAsyncGetPendingList(&list, self->js) == NATS_OK)
    natsMsgList_Destroy(&list);
  jsCtx_Destroy(self->js);
  for (size_t i = 0; i < self->n_unsent; i++) natsMsg_Destroy(self->unsent[i]);
  free(self->unsent);
  free(self->subject);
  pthread_mutex_destroy(&self->lock);
  free(self);
}
