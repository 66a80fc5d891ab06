#include <criterion/criterion.h>

#include "nats/pending.h"

static struct pending pending;

static void add(uint64_t sequence, int bytes) {
  static const char body[1000];
  struct delivery delivery = {.sequence = sequence, .delivered = 1};
  cr_assert_eq(natsMsg_Create(&delivery.msg, "s", NULL, body, bytes), NATS_OK);
  cr_assert(pending_add(&pending, &delivery));
}

static uint64_t hand(void) {
  struct delivery delivery;
  if (!pending_peek(&pending, &delivery)) return 0;
  pending_hand(&pending);
  return delivery.sequence;
}

static uint64_t settle(uint64_t items) {
  struct delivery delivery;
  if (!pending_settle(&pending, items, &delivery)) return 0;
  uint64_t sequence = delivery.sequence;
  delivery_free(&delivery);
  return sequence;
}

static void setup(void) {
  nats_Open(-1);
  pending_init(&pending);
}
static void teardown(void) {
  pending_free(&pending);
  nats_Close();
}
TestSuite(pending, .init = setup, .fini = teardown);

Test(pending, in_order_through_many_rounds) {
  uint64_t added = 0, handed = 0, settled = 0;
  for (int round = 0; round < 300; round++) {
    for (int i = 0; i < 1 + round % 7; i++) add(++added, 10);
    while (handed < added - (uint64_t)(round % 3)) cr_assert_eq(hand(), ++handed, "round %d", round);
    while (settled + 5 < handed) cr_assert_eq(settle(handed), ++settled, "round %d", round);
  }
  while (handed < added) cr_assert_eq(hand(), ++handed);
  cr_assert_eq(hand(), 0);
  while (settled < added) cr_assert_eq(settle(added), ++settled);
  cr_assert_eq(settle(added + 1), 0);
  cr_expect_eq(pending.bytes, 0);
}

Test(pending, settles_no_more_than_was_committed) {
  for (uint64_t i = 1; i <= 4; i++) add(i, 1);
  hand();
  hand();
  hand();
  cr_expect_eq(settle(1), 1);
  cr_expect_eq(settle(1), 0);
  cr_expect_eq(settle(9), 2);
  cr_expect_eq(settle(9), 3);
  cr_expect_eq(settle(9), 0, "the fourth was not handed out");
}

Test(pending, waits_for_room) {
  add(1, 1000);
  add(2, 1000);
  cr_expect(pending_wait(&pending, 0, 1, 0), "the first one always has room");
  hand();
  cr_expect_not(pending_wait(&pending, 0, 10000, 0.01));
  cr_expect_not(pending_wait(&pending, 1, 1500, 0.01));
  cr_expect(pending_wait(&pending, 1, 2000, 0.01));
  settle(1);
  cr_expect(pending_wait(&pending, 0, 1, 0));
}

Test(pending, keeps_the_first_reason) {
  struct delivery delivery;
  add(7, 1);
  add(8, 1);
  pending_refuse(&pending, 8, "too early: it was not handed out");
  hand();
  hand();
  pending_refuse(&pending, 8, "first");
  pending_refuse(&pending, 8, "second");
  pending_refuse(&pending, 9, "nobody");
  cr_assert(pending_settle(&pending, 2, &delivery));
  cr_expect_null(delivery.refused);
  delivery_free(&delivery);
  cr_assert(pending_settle(&pending, 2, &delivery));
  cr_expect_str_eq(delivery.refused, "first");
  delivery_free(&delivery);
}
