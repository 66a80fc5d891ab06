#include "mail_test.h"

#include "mail/transfer.h"
#include "mailsignal/limits.h"

TestSuite(transfer, .init = set_up, .fini = tear_down);

Test(transfer, encodings_and_their_damage) {
  static const struct {
    enum transfer transfer;
    const char *sent, *bytes;
    bool damaged;
  } rows[] = {
      {TRANSFER_NONE, "a=3Db\n", "a=3Db\n", false},
      {TRANSFER_BASE64, "SGVs\r\nbG8=\r\n", "Hello", false},
      {TRANSFER_BASE64, "SGVsbG8", "Hello", true},
      {TRANSFER_BASE64, "SG!VsbG8=", "Hello", true},
      {TRANSFER_BASE64, "SGk=SGk=", "HiHi", false},
      {TRANSFER_BASE64, "S", "", true},
      {TRANSFER_BASE64, "", "", false},
      {TRANSFER_QP, "a=3Db=\r\nc  \r\nd", "a=bc\nd", false},
      {TRANSFER_QP, "caf=c3=a9", "caf\xC3\xA9", false},
      {TRANSFER_QP, "100=ZZ", "100=ZZ", true},
      {TRANSFER_QP, "a=4", "a=4", true},
      {TRANSFER_QP, "end=", "end", false},
      {TRANSFER_QP, "soft=  \nbreak", "softbreak", false},
      {TRANSFER_UU, "begin 644 a\n%2&5L;&\\\n`\nend\n", "Hello", false},
      {TRANSFER_UU, "begin 644 a\nM2", "H", false},
  };
  for (size_t r = 0; r < ROWS(rows); r++) {
    defect_set defects = 0;
    struct span bytes = transfer_decode(arena, span_of(rows[r].sent), rows[r].transfer,
                                        LIMIT_DECODED_BYTES, &defects);
    if (rows[r].transfer == TRANSFER_UU) bytes = span_slice(bytes, 0, strlen(rows[r].bytes));
    cr_assert_span(bytes, rows[r].bytes, r);
    cr_assert_eq(defects != 0, rows[r].damaged, "row %zu", r);
  }
}

Test(transfer, output_stops_at_the_limit) {
  for (enum transfer t = TRANSFER_NONE; t <= TRANSFER_UU; t++) {
    defect_set defects = 0;
    char sent[4000];
    memset(sent, 'A', sizeof sent);
    struct span bytes = transfer_decode(arena, (struct span){sent, sizeof sent}, t, 99, &defects);
    cr_assert_leq(bytes.len, 99, "encoding %d", (int)t);
    cr_assert(defect_has(defects, DEFECT_SIZE_DECODED), "encoding %d", (int)t);
  }
}
