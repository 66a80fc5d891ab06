#include <criterion/criterion.h>

#include "mailsignal/store.h"

struct row {
  const char *sqlstate;
  enum store_fault fault;
  enum ms_status status;
};

static const struct row rows[] = {
    {"", STORE_AWAY, MS_TRY_AGAIN},       {"08006", STORE_AWAY, MS_TRY_AGAIN},
    {"57P01", STORE_AWAY, MS_TRY_AGAIN},  {"57P03", STORE_AWAY, MS_TRY_AGAIN},
    {"53300", STORE_AWAY, MS_TRY_AGAIN},  {"53100", STORE_AWAY, MS_TRY_AGAIN},
    {"40001", STORE_BUSY, MS_TRY_AGAIN},  {"40P01", STORE_BUSY, MS_TRY_AGAIN},
    {"55P03", STORE_BUSY, MS_TRY_AGAIN},  {"57014", STORE_BUSY, MS_TRY_AGAIN},
    {"22021", STORE_REFUSED, MS_BAD_DATA}, {"22P05", STORE_REFUSED, MS_BAD_DATA},
    {"23514", STORE_REFUSED, MS_BAD_DATA}, {"P0001", STORE_REFUSED, MS_BAD_DATA},
    {"54000", STORE_REFUSED, MS_BAD_DATA}, {"28P01", STORE_WRONG, MS_BAD_CONFIG},
    {"28000", STORE_WRONG, MS_BAD_CONFIG}, {"3D000", STORE_WRONG, MS_BAD_CONFIG},
    {"42P01", STORE_WRONG, MS_BAD_CONFIG}, {"42501", STORE_WRONG, MS_BAD_CONFIG},
    {"42601", STORE_WRONG, MS_BAD_CONFIG}, {"25006", STORE_WRONG, MS_UNAVAILABLE},
    {"0A000", STORE_WRONG, MS_UNAVAILABLE}, {"99999", STORE_WRONG, MS_BAD_CONFIG},
};

Test(fault, sorts_sqlstates) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    enum store_fault fault = store_fault_of(rows[i].sqlstate);
    cr_expect_eq(fault, rows[i].fault, "row %zu", i);
    cr_expect_eq(store_status_of(fault, rows[i].sqlstate), rows[i].status, "row %zu", i);
  }
}

/* Addresses that cannot be read are refused without repeating any of them. */
static const char *const broken[] = {
    "postgresql://u:geheim%zz@h/d",
    "postgresql://u:ge@heim@h/d",
    "host=h password=geheim nonsense",
    "postgresql://[::1/geheim",
    "host=h 'geheim",
};

Test(fault, keeps_passwords_out_of_messages) {
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    struct ms_error error = {0};
    struct store *store = NULL;
    struct store_settings settings = {.dsn = broken[i]};
    cr_expect_eq(store_open(&settings, &store, &error), MS_BAD_CONFIG, "row %zu", i);
    cr_expect_null(store, "row %zu", i);
    cr_expect_null(strstr(error.text, "heim"), "row %zu: %s", i, error.text);
  }
}

Test(fault, server_away_leaves_a_store_to_reconnect) {
  struct ms_error error = {0};
  struct store *store = NULL;
  struct store_settings settings = {.dsn = "host=/nonexistent/socket/folder user=u password=geheim"};
  cr_expect_eq(store_open(&settings, &store, &error), MS_TRY_AGAIN);
  cr_assert_not_null(store);
  cr_expect_eq(store_fault(store), STORE_AWAY);
  cr_expect_null(strstr(error.text, "geheim"), "%s", error.text);
  cr_expect_eq(store_query(store, "select 1", NULL, 0, NULL, NULL), MS_TRY_AGAIN);
  cr_expect_eq(store_reconnect(store, NULL), MS_TRY_AGAIN);
  store_close(store);
}
