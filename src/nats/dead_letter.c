#include "nats/dead_letter.h"

#include <stdio.h>

enum { ID_BYTES = 320, HEADER_RESERVE = 2048 };

static natsStatus set_number(natsMsg *letter, const char *key, uint64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%llu", (unsigned long long)value);
  return natsMsgHeader_Set(letter, key, text);
}

static natsStatus set_headers(const struct nats_link *link, natsMsg *letter,
                              const struct delivery *delivery, const char *why) {
  const char *source = NULL;
  natsStatus s = link_header(letter, "Mailsignal-Reason", why);
  if (!s) s = link_header(letter, "Mailsignal-Stream", link->settings->stream);
  if (!s) s = set_number(letter, "Mailsignal-Sequence", delivery->sequence);
  if (!s) s = set_number(letter, "Mailsignal-Deliveries", delivery->delivered);
  if (!s && natsMsgHeader_Get(delivery->msg, "Mailsignal-Source", &source) == NATS_OK)
    s = link_header(letter, "Mailsignal-Source", source);
  return s;
}

/* The headers must fit too: of a message as long as the server takes, the end is left out. */
static natsStatus make_letter(const struct nats_link *link, const char *subject,
                              const struct delivery *delivery, natsMsg **letter) {
  int len = natsMsg_GetDataLength(delivery->msg);
  int64_t most = natsConnection_GetMaxPayload(link->connection) - HEADER_RESERVE;
  bool cut = most > 0 && len > most;
  natsStatus s = natsMsg_Create(letter, subject, NULL, natsMsg_GetData(delivery->msg),
                                cut ? (int)most : len);
  if (!s && cut) s = set_number(*letter, "Mailsignal-Cut", (uint64_t)len);
  return s;
}

bool dead_letter_bury(struct nats_link *link, const char *subject, const struct delivery *delivery,
                      const char *why) {
  char id[ID_BYTES];
  natsMsg *letter = NULL;
  jsPubOptions options;
  jsPubOptions_Init(&options);
  snprintf(id, sizeof id, "%s:%llu", link->settings->stream,
           (unsigned long long)delivery->sequence);
  options.MsgId = id;
  natsStatus s = make_letter(link, subject, delivery, &letter);
  if (!s) s = set_headers(link, letter, delivery, why);
  if (!s) s = js_PublishMsg(NULL, link->js, letter, &options, NULL);
  natsMsg_Destroy(letter);
  /* Not stored: the message stays in the stream, and is tried again. */
  return !s && natsMsg_Term(delivery->msg, NULL) == NATS_OK;
}
