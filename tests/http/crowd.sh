# Sourced after lib.sh and start_all, by the tests of many people and workers. Everything runs as the worker's role.
export PGUSER=mailsignal_worker APOLLO_API_KEY=secret-key-123

people() { # NUMBER SOURCE
  PGUSER=postgres query "
    insert into contacts (tenant_id, email, first_name, last_name, title)
    select '$A', 'p' || g || '.crowd@acme.example', 'P' || g, 'Crowd', case when g % 2 = 0 then 'Typed by hand' end
    from generate_series(1, $1) g;
    insert into contact_enrichment_queue (tenant_id, email_address, source, source_id, extracted_data)
    select '$A', 'p' || g || '.crowd@acme.example', '$2', 'm' || g, '{\"firstName\": \"P\"}' from generate_series(1, $1) g"
}
super() { PGUSER=postgres query "$1"; }
by_hand() { super "select count(*) from contacts where title = 'Typed by hand'"; }
worker() { timeout -s KILL 100 "$MAILSIGNAL" enrich --tenant $A --quiet "$@"; }
clear_all() { PGUSER=postgres fresh; }

unsettled() { super "select count(*) from contact_enrichment_queue where status in ('pending', 'processing')"; }
# What a dead worker held is due at once, whatever its lease says.
expire() { super "update contact_enrichment_queue set locked_until = now() - interval '1 second' where status = 'processing'"; }
