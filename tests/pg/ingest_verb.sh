#!/usr/bin/env bash
# The verb "ingest" on a throwaway server: rows, links, facts, second runs, faults. TAP on stdout.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/cluster.sh"
. "$here/tap.sh"
. "$here/mail.sh"
cluster_start || exit $?
two_tenants a
query "update deals set last_activity_at = '2020-01-01'"
query "insert into orders (id, tenant_id, client_id, order_number) values
  ('a4000000-0000-0000-0000-000000000002', '$tenant_a', 'a2000000-0000-0000-0000-000000000001', 'A-2')"
query "insert into feedback_requests (tenant_id, order_id, client_id, contact_id, status, delivery_date, scheduled_for,
    sent_at, response_email_id) values
  ('$tenant_a', 'a4000000-0000-0000-0000-000000000001', 'a2000000-0000-0000-0000-000000000001',
   'a3000000-0000-0000-0000-000000000001', 'sent', '2025-02-01', '2025-02-08', '2025-02-08', null),
  ('$tenant_a', 'a4000000-0000-0000-0000-000000000002', 'a2000000-0000-0000-0000-000000000001',
   null, 'sent', '2025-02-01', '2025-02-08', '2025-02-08', 'asked@us.example')"
query "insert into quotes (tenant_id, client_id, contact_id, quote_number, title, total_amount, status, sent_at) values
  ('$tenant_a', 'a2000000-0000-0000-0000-000000000001', 'a3000000-0000-0000-0000-000000000001', 'Q1', 'q', 1, 'sent', now())"
query "select ms_suppress('$tenant_a', 'quiet@silent.example')" >/dev/null

# A worker's role as it would be used in earnest: not the owner, no bypassrls.
ingest() {
  local status=$1
  shift
  runs "$status" ingest --rules "$here/fixtures/rules" --own-domain us.example --db user=mailsignal_worker \
    --tenant "$tenant_a" --jobs 2 "$@"
}

mails=$tap_tmp/mails
mkdir "$mails"
leaving='After a poor year we are leaving you in May. The support was terrible and the invoices were wrong.'
mail 'Jane Doe <JANE@acme.example>' 1@acme 'Contract' "$leaving" >"$mails/1.eml"
mail 'New Man <new@acme.example>' 2@acme 'Contract' "$leaving" 'X-Source-Id: crm-2' >"$mails/2.eml"
mail 'Someone Else <some.one@gmail.com>' 3@gmail 'Contract' "$leaving" >"$mails/3.eml"
mail 'Acme Sales <sales.emea@acme.example>' 4@acme 'Offer' 'Nothing of note.' >"$mails/4.eml"
mail 'Colleague Own <colleague@us.example>' 5@us 'Note' "$leaving" >"$mails/5.eml"
mail 'Quiet Person <quiet@silent.example>' 6@silent 'Note' 'Nothing of note.' >"$mails/6.eml"
mail 'Jane Doe <jane@acme.example>' 7@acme 'Out of office' 'I am away.' 'Auto-Submitted: auto-replied' >"$mails/7.eml"
mail 'Assistant One <assistant@acme.example>' 8@acme 'Re: How was it' 'Excellent work, we are very happy.' \
  'In-Reply-To: <asked@us.example>' >"$mails/8.eml"

ingest 0 "$mails"
cp "$tap_tmp/err" "$tap_tmp/first"
same "$(query "select string_agg(source_id || ' ' || coalesce(right(contact_id::text, 1), '-') || ' ' ||
    coalesce(right(client_id::text, 1), '-'), ', ' order by source_id)
  from opportunity_signals where context->'rules' @> '[{\"id\": \"test.leaving\"}]'")" \
  '1@acme 1 1, 3@gmail - -, crm-2 - 1' \
  'signals, linked by address, by mail domain, never by a free-mail host; none from a colleague'
same "$(query "select signal_strength || ' ' || extracted_text || ' ' || (context->>'keyword_count') || ' ' ||
    (context->>'is_decision_maker') from opportunity_signals where source_id = '1@acme' and signal_type = 'churn_risk'" |
    grep -c 'we are leaving you in May. .* true$')" 1 'with sentence and context'
same "$(query "select string_agg(email_address || ' ' || status, ', ' order by email_address)
  from contact_enrichment_queue where source = 'email_signature'")" \
  'assistant@acme.example pending, jane@acme.example pending, new@acme.example pending, some.one@gmail.com pending' \
  'requests: no role account, colleague, suppressed person or auto-reply'
same "$(query "select extracted_data->>'firstName', extracted_data->>'lastName', extracted_data->>'title',
    extracted_data->>'company', extracted_data->>'phone', extracted_data->>'mobile', extracted_data->>'email',
    jsonb_array_length(extracted_data->'phones'), contact_id is not null
  from contact_enrichment_queue where email_address = 'jane@acme.example'")" \
  'Jane|Doe|VP Operations|Acme Ltd|+442079460958|+447700900123|JANE@acme.example|2|t' \
  'extracted_data has the keys that the CRM reads'
same "$(query "select last_activity_at at time zone 'UTC' from deals order by id")" $'2025-03-04 10:11:12\n2020-01-01 00:00:00' \
  'a mail is activity of the sender'\''s open deals, in the own tenant only'
same "$(query "select order_number, f.status, sentiment, sentiment_score < 0, response_summary like '%terrible%',
    responded_at at time zone 'UTC'
  from feedback_requests f join orders o on o.id = f.order_id order by 1")" \
  $'A-1|responded|negative|t|t|2025-03-04 10:11:12\nA-2|responded|positive|f|f|2025-03-04 10:11:12' \
  'answers to requests for feedback, by the only open request and by In-Reply-To'
same "$(query "select intel->'decision_makers' from quotes")" '["Jane Doe"]' 'what is known goes to the open quote'

before=$(tables)
ingest 0 "$mails"
same "$(tables)" "$before" 'a second run changes nothing'
has err '0 new signals, 0 new contacts, 0 new facts' 'and says so'

# stdin and --tee
"$MAILSIGNAL" scan --rules "$here/fixtures/rules" "$mails" >"$tap_tmp/scan"
"$MAILSIGNAL" ingest --rules "$here/fixtures/rules" --tenant "$tenant_b" --tee -q "$mails" >"$tap_tmp/tee"
same "$(md5sum <"$tap_tmp/tee")" "$(md5sum <"$tap_tmp/scan")" '--tee writes the records that scan writes'
"$MAILSIGNAL" ingest --rules "$here/fixtures/rules" --tenant "$tenant_b" --tee "$mails" 2>/dev/null | head -1 >/dev/null
same "${PIPESTATUS[0]}" 0 'a closed stdout ends the run quietly'
mail 'Std In <std@in.example>' stdin@in 'Contract' "$leaving" | "$MAILSIGNAL" ingest --rules "$here/fixtures/rules" \
  --tenant "$tenant_b" 2>/dev/null
same "$(query "select count(*) from opportunity_signals where source_id = 'stdin@in'
  and context->'rules' @> '[{\"id\": \"test.leaving\"}]'")" 1 'a message on stdin'

# mail that comes slowly is stored before the input ends
mkfifo "$tap_tmp/pipe"
"$MAILSIGNAL" ingest --rules "$here/fixtures/rules" --tenant "$tenant_b" -q <"$tap_tmp/pipe" & slow=$!
exec 7>"$tap_tmp/pipe"
mbox 100 >&7
first_is_stored() { [ "$(query "select count(*) > 0 from opportunity_signals where source_id = 'm1@firm1.example'")" = t ]; }
until_true first_is_stored
tap_report $? 'a batch is stored while the input stays open'
exec 7>&-
wait $slow
same $? 0 'and the run ends with its input'

# a message that the database refuses
query "alter table opportunity_signals add constraint odd check (source_id not like 'm7@%' and source_id not like 'm33@%') not valid"
mbox 40 >"$tap_tmp/forty.mbox"
runs 1 ingest --rules "$here/fixtures/rules" --tenant "$tenant_a" "$tap_tmp/forty.mbox"
has err 'forty.mbox at offset [0-9]+ was not stored: .*odd' 'a refused message is named with its position'
has err '2 refused' 'and counted'
same "$(query "select count(distinct source_id) from opportunity_signals where source_id like 'm%@firm%' and tenant_id = '$tenant_a'")" 38 \
  'all others are stored'
query "alter table opportunity_signals drop constraint odd"

# a resumed run, a changed input
runs 0 ingest --rules "$here/fixtures/rules" --tenant "$tenant_b" --resume "$tap_tmp/mark" "$tap_tmp/forty.mbox"
has err ' 40 messages' 'the first run reads all'
runs 0 ingest --rules "$here/fixtures/rules" --tenant "$tenant_b" --resume "$tap_tmp/mark" "$tap_tmp/forty.mbox"
has err ' 0 messages' 'the next one nothing'
mbox 43 | tail -n +$(($(mbox 40 | wc -l) + 1)) >>"$tap_tmp/forty.mbox"
runs 0 ingest --rules "$here/fixtures/rules" --tenant "$tenant_b" --resume "$tap_tmp/mark" "$tap_tmp/forty.mbox"
has err ' 3 messages' 'what was added is read'
mbox 20 >"$tap_tmp/forty.mbox"
runs 0 ingest --rules "$here/fixtures/rules" --tenant "$tenant_b" --resume "$tap_tmp/mark" "$tap_tmp/forty.mbox"
has err 'changed: beginning at the start' 'a changed input is noticed'
has err ' 20 messages' 'and read again'
runs 64 ingest --tenant "$tenant_a" --resume "$tap_tmp/mark" "$tap_tmp/forty.mbox"
echo nonsense >"$tap_tmp/mark"
runs 65 ingest --tenant "$tenant_b" --resume "$tap_tmp/mark" "$tap_tmp/forty.mbox"

# hostile values
printf 'From: "A\\"{}\\\\,\0B" <x@odd.example>\nMessage-ID: <{"a",\\}NULL@odd>\nSubject: \0\xff\n\nwe are leaving you\n' >"$tap_tmp/odd.eml"
runs 0 ingest --rules "$here/fixtures/rules" --tenant "$tenant_a" "$tap_tmp/odd.eml"
{ printf 'From: x@odd.example\nMessage-ID: <'; head -c 200000 /dev/zero | tr '\0' x; printf '@odd>\n\nwe are leaving you\n'; } >"$tap_tmp/long.eml"
runs 0 ingest --rules "$here/fixtures/rules" --tenant "$tenant_a" "$tap_tmp/long.eml"

# what is wrong, and what to do
runs 64 ingest "$mails"
has err 'say whose mail it is: --tenant' 'no tenant'
runs 64 ingest --tenant 12 "$mails"
runs 78 ingest --tenant c0000000-0000-0000-0000-000000000000 "$mails"
has err 'there is no tenant c0' 'an unknown tenant'
runs 66 ingest --tenant "$tenant_a" "$tap_tmp/not-here"
runs 75 ingest --tenant "$tenant_a" --db 'host=127.0.0.1 port=1' --patience 0.3 "$mails"
has err 'Connection refused' 'an unreachable host'
cluster_createdb empty
runs 78 ingest --tenant "$tenant_a" --db dbname=empty "$mails"
has err "run 'mailsignal db migrate'" 'no tables'
"$MAILSIGNAL" db migrate --standalone --db dbname=empty >/dev/null
"$MAILSIGNAL" db rollback --to 20260105001000 --db dbname=empty >/dev/null
runs 78 ingest --tenant "$tenant_a" --db dbname=empty "$mails"
has err 'lacks a migration' 'a missing migration'
query "create role stranger login"
runs 78 ingest --tenant "$tenant_a" --db 'user=stranger' "$mails"
has err 'connect as mailsignal_worker' 'a role without rights'
PGOPTIONS='-c default_transaction_read_only=on' runs 69 ingest --tenant "$tenant_a" "$mails"
has err 'is read-only' 'a read-only database'
PGOPTIONS="-c mailsignal.tenant_id=$tenant_b" runs 78 ingest --tenant "$tenant_a" --db user=mailsignal_worker "$mails"

# passwords: a second line in pg_hba.conf that wants one
query "create role locked login password 'right'"
{ echo 'local all locked scram-sha-256'; cat "$CLUSTER_DIR/data/pg_hba.conf"; } >"$tap_tmp/hba"
cat "$tap_tmp/hba" >"$CLUSTER_DIR/data/pg_hba.conf"
query 'select pg_reload_conf()' >/dev/null
PGPASSWORD=geheim runs 78 ingest --tenant "$tenant_a" --db user=locked "$mails"
has err 'check the user and password' 'a wrong password'
hasnt err geheim 'is not repeated'
runs 78 ingest --tenant "$tenant_a" --db user=locked "$mails"

tap_end
