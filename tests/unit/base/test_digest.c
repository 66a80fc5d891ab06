#include <criterion/criterion.h>

#include "mailsignal/digest.h"

/* Vectors: FIPS 180-2 appendix B.1; RFC 4231 case 2; RFC 9562 appendix A.4. */
Test(digest, published_vectors) {
  char hex[SHA256_HEX_BYTES], uuid[UUID_TEXT_BYTES];
  struct span pieces[] = {SPAN_LIT("a"), SPAN_LIT("bc")};
  digest_sha256(pieces, 2, hex);
  cr_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  digest_hmac_sha256(SPAN_LIT("Jefe"), SPAN_LIT("what do ya want for nothing?"), hex);
  cr_assert_str_eq(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  unsigned char dns[16];
  cr_assert(digest_uuid_parse(SPAN_LIT("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), dns));
  digest_uuid5(dns, SPAN_LIT("www.example.com"), uuid);
  cr_assert_str_eq(uuid, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

Test(digest, uuid_parse_refuses_other_forms) {
  unsigned char bytes[16];
  cr_assert_not(digest_uuid_parse(SPAN_LIT(""), bytes));
  cr_assert_not(digest_uuid_parse(SPAN_LIT("6ba7b8109dad11d180b400c04fd430c8"), bytes));
  cr_assert_not(digest_uuid_parse(SPAN_LIT("6ba7b810-9dad-11d1-80b4-00c04fd430cg"), bytes));
  cr_assert_not(digest_uuid_parse(SPAN_LIT("6ba7b810x9dad-11d1-80b4-00c04fd430c8"), bytes));
}
