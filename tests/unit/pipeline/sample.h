/* A message that takes every stage through its paces. */
#ifndef MAILSIGNAL_TESTS_SAMPLE_H
#define MAILSIGNAL_TESTS_SAMPLE_H

static const char sample_mail[] =
    "From: =?utf-8?q?Jos=C3=A9_Ruiz?= <jose.ruiz@mueller-bau.example>\n"
    "To: \"Sales, North\" <sales@us.example>, b@us.example\n"
    "Subject: =?utf-8?B?UmU6IHNlYXRz?=\n"
    "Date: Tue, 4 Mar 2025 11:11:12 +0100\n"
    "Message-ID: <1@mueller-bau.example>\n"
    "In-Reply-To: <0@us.example>\n"
    "MIME-Version: 1.0\n"
    "Content-Type: multipart/alternative; boundary=\"b\"\n"
    "\n"
    "--b\n"
    "Content-Type: text/plain; charset=utf-8\n"
    "\n"
    "Hi Tom,\n"
    "\n"
    "we are moving to another supplier in March, their quote of $40k was below yours.\n"
    "Please call me as soon as possible.\n"
    "\n"
    "Best regards\n"
    "Jos\xC3\xA9 Ruiz\n"
    "Head of Purchasing | M\xC3\xBCller Bau GmbH\n"
    "Tel. +49 30 901820-15 | www.mueller-bau.de\n"
    "\n"
    "On Mon, 3 Mar 2025, Tom wrote:\n"
    "> Shall we renew?\n"
    "--b\n"
    "Content-Type: text/html; charset=utf-8\n"
    "\n"
    "<p>Hi Tom,</p><p>we are moving to another supplier in March.</p><blockquote>Shall we renew?</blockquote>\n"
    "--b--\n";

#endif
