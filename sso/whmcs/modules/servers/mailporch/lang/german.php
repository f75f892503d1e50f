<?php

/**
 * The module's sentences in German. %s is the name of the service; in the cron's, when it last ran.
 */

return [
    'frame_title' => 'E-Mail für %s',
    'open' => 'E-Mail-Einstellungen öffnen',
    'new_tab' => 'In neuem Tab öffnen',
    'no_access' => 'Ihr Benutzer darf diesen Dienst nicht öffnen. Der Inhaber des Kontos kann Ihnen die Berechtigung für '
        . 'Single Sign-on geben.',
    'unavailable' => 'Die E-Mail-Einstellungen können im Moment nicht geöffnet werden. Bitte versuchen Sie es später noch '
        . 'einmal oder öffnen Sie ein Ticket.',
    'password_refused' => 'Dieses Passwort wurde nicht angenommen. Es braucht mindestens 10 Zeichen, darunter einen Groß- '
        . 'und einen Kleinbuchstaben, eine Ziffer und ein Sonderzeichen, keine Leerzeichen, und es darf nicht schon einmal '
        . 'verwendet worden sein.',
    'password_unchanged' => 'Das Passwort konnte im Moment nicht geändert werden. Bitte versuchen Sie es später noch einmal '
        . 'oder öffnen Sie ein Ticket.',
    'no_change' => 'Ihr Benutzer darf diesen Dienst nicht ändern. Der Inhaber des Kontos kann Ihnen die Berechtigung dafür '
        . 'geben.',
    'handle_empty' => 'Bitte wählen Sie den ersten Teil Ihrer E-Mail-Adresse.',
    'handle_long' => 'Der erste Teil Ihrer E-Mail-Adresse darf höchstens 64 Zeichen haben.',
    'handle_characters' => '„%s“ kann nicht der erste Teil Ihrer E-Mail-Adresse sein: Erlaubt sind die Buchstaben a bis z, '
        . 'Ziffern, „.“, „_“ und „-“, ohne das @ und was ihm folgt.',
    'handle_edges' => '„%s“ kann nicht der erste Teil Ihrer E-Mail-Adresse sein: Er muss mit einem Buchstaben oder einer '
        . 'Ziffer beginnen und enden.',
    'handle_separators' => '„%s“ kann nicht der erste Teil Ihrer E-Mail-Adresse sein: Zwischen zwei der Zeichen „.“, „_“ '
        . 'und „-“ muss ein Buchstabe oder eine Ziffer stehen.',
    'handle_reserved' => '„%s“ ist reserviert. Bitte wählen Sie einen anderen ersten Teil für Ihre E-Mail-Adresse.',
    'console_open' => 'Konsole öffnen',
    'admin_row' => 'E-Mail-Portal',
    'admin_open' => 'Als Administrator öffnen',
    'admin_hint' => 'Neuer Tab. Der Link funktioniert einmal und 90 Sekunden lang; laden Sie diese Seite neu, um einen '
        . 'weiteren zu erhalten.',
    'admin_state' => 'Status',
    'admin_usage' => 'Nutzung',
    'admin_dns' => 'DNS',
    'admin_last_error' => 'Letzter Fehler',
    'admin_last_activity' => 'Letzte Aktivität',
    'admin_finish' => '„Fehlgeschlagene Schritte abschließen“ macht damit weiter.',
    'state_active' => 'Aktiv',
    'state_suspended' => 'Gesperrt',
    'state_terminated' => 'Beendet',
    'state_failed' => 'Nicht fertig',
    'state_pending' => 'Noch nicht angelegt',
    'usage_never_read' => 'Noch nicht gelesen. Der Worker des Portals liest sie mehrmals am Tag.',
    'usage_mailboxes' => 'Postfächer',
    'usage_aliases' => 'Aliasse',
    'usage_eas' => 'ActiveSync',
    'usage_mapi' => 'MAPI',
    'dns_ok' => 'eingerichtet',
    'dns_missing' => 'nicht eingerichtet (fehlt)',
    'dns_wrong' => 'nicht eingerichtet (falsch)',
    'dns_conflict' => 'nicht eingerichtet (Konflikt)',
    'dns_unknown' => 'noch nicht bekannt',
    'dns_off' => 'aus',
    'admin_warnings' => 'Zu beachten',
    'unbilled' => 'Was vom %s bis zum %s genutzt wurde, steht auf keiner Rechnung und wird nicht von selbst abgerechnet.',
    'hooks_never_seen_domain' => 'WHMCS hat die Hooks dieses Moduls nicht gefunden: Nichts wird nach Nutzung abgerechnet. '
        . 'Klicken Sie in den Module Settings eines Produkts einmal auf „Save Changes“.',
    'cron_never_seen_domain' => 'Der Cron von WHMCS wurde noch nie gesehen: Nichts wird nach Nutzung abgerechnet, solange '
        . 'er nicht alle fünf Minuten läuft.',
    'cron_overdue_domain' => 'Der Cron von WHMCS wurde zuletzt am %s gesehen: Er sollte alle fünf Minuten laufen. Zahlen, '
        . 'die älter als ein Tag sind, werden nicht abgerechnet.',
    'hooks_never_seen_mailbox' => 'WHMCS hat die Hooks dieses Moduls nicht gefunden: Namen werden im Warenkorb nicht '
        . 'geprüft. Klicken Sie in den Module Settings eines Produkts einmal auf „Save Changes“.',
    'cron_never_seen_mailbox' => 'Der Cron von WHMCS wurde noch nie gesehen: Das Portal erfährt nicht, was sich in WHMCS '
        . 'ändert, solange er nicht alle fünf Minuten läuft.',
    'cron_overdue_mailbox' => 'Der Cron von WHMCS wurde zuletzt am %s gesehen: Er sollte alle fünf Minuten laufen. Das '
        . 'Portal erfährt nicht, was sich in WHMCS ändert.',
    'button_usage' => 'Nutzung aktualisieren',
    'button_finish' => 'Fehlgeschlagene Schritte abschließen',
    'button_register' => 'Bestehendes registrieren',
    'button_password' => 'Neues Passwort für den versteckten Administrator',
    // Die Einstellungen des Moduls in einem Produkt.
    'setting_tier_gb' => 'GB je Speicherstufe',
    'setting_tier_gb_help' => 'Speicherplatz wird in Schritten dieser Größe abgerechnet.',
    'setting_eas_price' => 'Preis ActiveSync',
    'setting_eas_price_help' => 'Je Postfach mit ActiveSync und Monat: 2.00 für jede Währung oder CAD 2.00, USD 1.60.',
    'setting_mapi_price' => 'Preis MAPI',
    'setting_mapi_price_help' => 'Je Postfach mit MAPI und Monat: 2.00 für jede Währung oder CAD 2.00, USD 1.60.',
    'setting_combined_price' => 'Kombinierter Preis',
    'setting_combined_price_help' => 'Je Postfach mit beiden Protokollen und Monat: 2.00 für jede Währung oder CAD 2.00, '
        . 'USD 1.60. 0: die Summe beider Preise.',
    'setting_domain_path' => 'Speicherpfad',
    'setting_domain_path_help' => 'Auf dem Mailserver. Leer: neben seinen anderen Domains.',
    'setting_outbound_ip' => 'Ausgehende IP',
    'setting_outbound_ip_help' => '„default“ oder eine IP-Adresse des Mailservers.',
    'setting_max_users' => 'Postfächer',
    'setting_max_users_help' => 'Wie viele der Kunde haben darf. 0: kein Limit.',
    'setting_delete_data' => 'Daten löschen',
    'setting_delete_data_help' => 'Die Dateien löschen, wenn der Dienst beendet wird.',
    'setting_password_min_length' => 'Passwortlänge',
    'setting_password_min_length_help' => 'Kürzestes Passwort eines Postfachs.',
    'setting_password_upper' => 'Passwort: Großbuchstabe',
    'setting_password_upper_help' => 'Einen Großbuchstaben verlangen.',
    'setting_password_digit' => 'Passwort: Ziffer',
    'setting_password_digit_help' => 'Eine Ziffer verlangen.',
    'setting_password_special' => 'Passwort: Sonderzeichen',
    'setting_password_special_help' => 'Eines von ! @ # $ % ^ & * - _ = + verlangen',
    'setting_spf_primary' => 'SPF-Mechanismus',
    'setting_spf_primary_help' => 'Den Kunden empfohlen: include:mail.example.com',
    'setting_offer_eas' => 'ActiveSync anbieten',
    'setting_offer_eas_help' => 'Kunden dürfen es für ein Postfach einschalten.',
    'setting_offer_mapi' => 'MAPI anbieten',
    'setting_offer_mapi_help' => 'Kunden dürfen es für ein Postfach einschalten.',
    'setting_activation_days' => 'Abgerechnet nach Tagen',
    'setting_activation_days_help' => 'Ein Protokoll wird für einen Monat abgerechnet, in dem es so lange eingeschaltet '
        . 'war. 0: wenn es am Monatsende eingeschaltet ist.',
    'setting_max_domain_aliases' => 'Domain-Aliasse',
    'setting_max_domain_aliases_help' => 'Wie viele erlaubt sind. 0: nicht angeboten.',
    'setting_spf_secondary' => 'Weitere SPF-Mechanismen',
    'setting_spf_secondary_help' => 'Werden ebenfalls akzeptiert; mit Kommas trennen.',
    'setting_autodiscover_host' => 'Autodiscover-Host',
    'setting_autodiscover_host_help' => 'Leer: der öffentliche Name des Mailservers.',
    'setting_autodiscover_srv' => 'Autodiscover-SRV',
    'setting_autodiscover_srv_help' => 'Leer: der öffentliche Name des Mailservers.',
    'setting_check_dmarc' => 'DMARC prüfen',
    'setting_check_dmarc_help' => 'Kunden den Status ihres DMARC-Eintrags zeigen.',
    'setting_dmarc_rua' => 'DMARC-Berichte an',
    'setting_dmarc_rua_help' => 'Vorgeschlagene Adresse für zusammengefasste Berichte.',
    'setting_dmarc_policy' => 'DMARC-Richtlinie',
    'setting_dmarc_policy_help' => 'Den Kunden vorgeschlagen.',
    'setting_server' => 'Mailserver',
    'setting_server_help' => 'Die Mailserver, die das Portal für dieses WHMCS hat.',
    'setting_allowed_domains' => 'Erlaubte Domains',
    'setting_allowed_domains_help' => 'Ihre Domains, auf denen Postfächer verkauft werden; mit Kommas trennen: example.com, '
        . 'example.org',
    'setting_account_type' => 'Kontotyp',
    'setting_account_type_help' => 'Die konfigurierbare Option „Account Type“ tritt an seine Stelle.',
    'setting_quota_gb' => 'Speicherlimit in GB',
    'setting_quota_gb_help' => 'Die konfigurierbare Option „Mailbox Quota (GB)“ tritt an seine Stelle.',
    'setting_max_aliases' => 'Aliasse',
    'setting_max_aliases_help' => 'Wie viele der Kunde haben darf. 0: kein Limit. off: nicht angeboten.',
    'setting_external_forwards' => 'Externe Weiterleitung',
    'setting_external_forwards_help' => 'Aliasse und Listen dürfen zu Adressen außerhalb der Domain des Postfachs führen.',
    'setting_timezone' => 'Zeitzone',
    'setting_timezone_help' => 'Des Webmails: America/Montreal',
    'setting_date_format' => 'Datumsformat',
    'setting_date_format_help' => 'Des Webmails: yyyy-mm-dd',
    'setting_language' => 'Sprache',
    'setting_language_help' => 'Des Webmails.',
    'setting_max_lists' => 'Verteilerlisten',
    'setting_max_lists_help' => 'Wie viele der Kunde haben darf. 0: kein Limit. off: nicht angeboten.',

    // Was Mitarbeiter lesen, wenn etwas nicht stimmt.
    'error_no_curl' => 'PHP fehlt hier die Erweiterung cURL, mit der das Modul das Portal aufruft. Lassen Sie sie '
        . 'installieren (php-curl) und einschalten.',
    'error_no_such_host' => 'Den Hostnamen von %s gibt es nicht, oder er kann nicht aufgelöst werden. Prüfen Sie den '
        . 'Hostnamen des Servereintrags.',
    'error_down' => 'Bei %s antwortet nichts: Das Portal ist außer Betrieb, oder eine Firewall ist dazwischen. Prüfen Sie '
        . 'den Hostnamen und den Port, ob das Portal läuft und ob sich dieser Rechner mit ihm verbinden darf.',
    'error_slow' => 'Das Portal bei %s hat nicht rechtzeitig geantwortet (%s Sekunden). Vielleicht arbeitet es noch: '
        . 'Versuchen Sie es in einer Minute noch einmal, jeder Aufruf darf wiederholt werden.',
    'error_connection' => 'Die Verbindung zu %s ist fehlgeschlagen: %s. Prüfen Sie, ob im Servereintrag „Secure“ angekreuzt '
        . 'ist und das Zertifikat des Portals gültig ist.',
    'error_clock_ahead' => 'Die Uhr dieses WHMCS geht %s Sekunden gegenüber der des Portals vor. Stellen Sie beide mit NTP.',
    'error_clock_behind' => 'Die Uhr dieses WHMCS geht %s Sekunden gegenüber der des Portals nach. Stellen Sie beide mit '
        . 'NTP.',
    'error_clocks' => 'Die Uhren dieses WHMCS und des Portals weichen voneinander ab. Stellen Sie beide mit NTP.',
    'error_other_name' => 'Das Portal heißt nicht %s, oder etwas dazwischen verändert die Aufrufe. Hostname und Port müssen '
        . 'die aus seiner Einstellung PORTAL_BASE_URL sein.',
    'error_not_signed' => 'Das Portal kennt diesen Benutzernamen (Mandant) nicht, oder das Passwort ist nicht dessen '
        . 'Schlüssel. Geben Sie beides noch einmal so ein, wie „tenant add“ es ausgegeben hat.',
    'error_own_fault' => 'Das Portal bei %s hat selbst einen Fehler (HTTP %s). Sein Protokoll sagt mehr unter %s.',
    'error_not_the_portal' => 'Was bei %s antwortet, ist nicht das Portal. Prüfen Sie den Hostnamen und den Port.',
    'error_refused_call' => 'Das Portal bei %s hat den Aufruf abgelehnt (HTTP %s). Prüfen Sie den Hostnamen und den Port.',
    'error_refused' => 'Das Portal hat abgelehnt: %s',
    'error_advice_unknown-service' => 'Klicken Sie auf „Bestehendes registrieren“, wenn seine Domain oder sein Postfach '
        . 'schon auf dem Mailserver ist, sonst auf „Create“.',
    'error_advice_not-yours' => 'Wenn es diesem Kunden gehört, geben Sie auf der Seite des Dienstes Benutzernamen und '
        . 'Passwort seines Domain-Administrators oder das Passwort des Postfachs ein und klicken Sie auf „Bestehendes '
        . 'registrieren“.',
    'error_advice_taken' => 'Zwei Dienste können nicht dieselbe Domain oder dasselbe Postfach haben: Korrigieren Sie es '
        . 'hier oder beenden Sie den anderen Dienst.',
    'error_advice_plan' => 'Korrigieren Sie es in den Module Settings des Produkts oder in der konfigurierbaren Option.',
    'error_advice_no-server' => 'Wählen Sie den „Mailserver“ in den Module Settings des Produkts.',
    'error_advice_again' => 'Wenn der Mailserver wieder antwortet, klicken Sie noch einmal auf dieselbe Schaltfläche.',
    'error_advice_log' => 'Das Protokoll des Portals sagt mehr unter %s.',
    'error_host_name' => 'Der Hostname des Servereintrags muss der des Portals sein, etwa portal.example.com.',
    'error_user_name' => 'Der Benutzername des Servereintrags muss der Kurzname Ihres Mandanten im Portal sein.',
    'error_no_key' => 'Das Passwort des Servereintrags ist kein Schlüssel des Portals (43 Buchstaben, Ziffern, „_“ oder '
        . '„-“). Fügen Sie den Schlüssel noch einmal ein.',
    'error_other_tenant' => 'Die Antwort von %s ist nicht für dieses WHMCS bestimmt.',
    'error_no_mail_server' => 'Das Portal funktioniert, hat aber noch keinen Mailserver für dieses WHMCS.',
    'error_mail_servers' => 'Das Portal funktioniert, aber nicht jeder Mailserver. %s',
    'error_silent' => 'Die Liste wäre nicht vollständig: Diese Mailserver haben nicht geantwortet: %s.',
    'error_no_right' => 'Die Tabelle %s konnte nicht angelegt werden: Der Datenbankbenutzer von WHMCS braucht das Recht %s '
        . 'an der Datenbank von WHMCS. Bis dahin wird keine Nutzung abgerechnet. Die Datenbank meldete: %s',
    'error_addon' => 'Dieses Modul ist für Produkte, nicht für Produkterweiterungen.',
    'error_which_service' => 'WHMCS hat nicht gesagt, um welchen Dienst es geht.',
    'error_no_domain' => 'Dieser Dienst hat keine Domain. Geben Sie sie auf der Seite des Dienstes ein.',
    'error_no_mailbox' => 'Dieser Dienst hat noch kein Postfach. Füllen Sie auf der Seite des Dienstes das '
        . 'benutzerdefinierte Feld „Mailbox“ aus und klicken Sie auf „Create“.',
    'error_not_ours' => 'WHMCS hat keinen Dienst %s dieses Moduls.',
    'error_other_state' => 'Das Portal meldet, dass der Dienst jetzt im Status „%s“ ist. Seine Seite im Portal nennt die '
        . 'Schritte; „Fehlgeschlagene Schritte abschließen“ macht mit ihnen weiter.',
    'error_not_kept' => 'Auf dem Mailserver ist es erledigt, aber WHMCS konnte die Anmeldedaten des versteckten '
        . 'Administrators nicht speichern: Das Modulprotokoll sagt, warum. Wiederholen Sie es: Dabei entstehen neue.',
    'error_address_not_kept' => 'Auf dem Mailserver ist das Postfach vorhanden, aber WHMCS konnte seine Adresse nicht '
        . 'speichern: Das Modulprotokoll sagt, warum. Wiederholen Sie es.',
    'error_not_text' => 'Ein Name oder eine Einstellung dieses Dienstes kann nicht gesendet werden: %s.',
    'error_too_long' => 'Die Einstellungen dieses Produkts sind zu lang, um an das Portal übergeben zu werden.',
    'error_system_url' => 'Die System-URL von WHMCS (General Settings) muss mit https:// beginnen.',
    'error_admin_area' => 'Die Konsole lässt sich nur aus dem Adminbereich öffnen.',
    'error_unexpected' => 'Das Modul ist unerwartet fehlgeschlagen; das Modulprotokoll sagt, wo.',
];
