#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "mailsignal/mailsignal.h"

static const char mail[] =
    "From: Ann <ann@example.org>\nTo: b@example.com\nSubject: hi\nMessage-ID: <1@example.org>\n\n"
    "Hello there.\n";

static struct mailsignal *open_library(void) {
  static const char *const own[] = {"Example.COM"};
  struct mailsignal_options options = {.builtin_dir = MAILSIGNAL_SOURCE_DIR "/rules",
                                       .own_domains = own,
                                       .n_own_domains = 1,
                                       .with_text = 1};
  struct mailsignal *ms = NULL;
  char why[512] = "";
  cr_assert_eq(mailsignal_open(&options, &ms, why, sizeof why), 0, "%s", why);
  return ms;
}

Test(library, a_message_becomes_one_line_of_json) {
  struct mailsignal *ms = open_library();
  struct mailsignal_analyser *analyser = mailsignal_analyser_new(ms);
  const char *json;
  size_t len;
  for (int i = 0; i < 3; i++) {
    mailsignal_analyse(analyser, mail, sizeof mail - 1, &json, &len);
    cr_assert_eq(strlen(json), len);
    cr_assert_null(strchr(json, '\n'));
    cr_assert_not_null(strstr(json, "\"message_id\":\"1@example.org\""));
    cr_assert_not_null(strstr(json, "\"direction\":\"inbound\""), "%s", json);
    cr_assert_not_null(strstr(json, "\"text\":\"Hello there.\\n\""), "%s", json);
  }
  mailsignal_analyse(analyser, "", 0, &json, &len);
  cr_assert_not_null(strstr(json, "\"schema\":1"));
  mailsignal_analyser_free(analyser);
  mailsignal_close(ms);
}

Test(library, faults_are_told) {
  struct mailsignal_options options = {.builtin_dir = "/nonexistent/rules"};
  struct mailsignal *ms = NULL;
  char why[512] = "";
  cr_assert_eq(mailsignal_open(&options, &ms, why, sizeof why), 78);
  cr_assert_null(ms);
  cr_assert_not_null(strstr(why, "/nonexistent/rules"), "%s", why);
  cr_assert_neq(mailsignal_open(&options, &ms, NULL, 0), 0);
}

static void *analyse_many(void *argument) {
  struct mailsignal_analyser *analyser = mailsignal_analyser_new(argument);
  const char *json, *wrong = NULL;
  size_t len;
  for (int i = 0; i < 200; i++) {
    mailsignal_analyse(analyser, mail, sizeof mail - 1, &json, &len);
    if (!strstr(json, "\"subject\":\"hi\"")) wrong = "wrong record";
  }
  mailsignal_analyser_free(analyser);
  return (void *)(size_t)(wrong != NULL);
}

Test(library, threads_share_one_opened_library) {
  struct mailsignal *ms = open_library();
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, analyse_many, ms);
  for (int i = 0; i < 4; i++) {
    void *wrong;
    pthread_join(threads[i], &wrong);
    cr_assert_null(wrong);
  }
  mailsignal_close(ms);
}
