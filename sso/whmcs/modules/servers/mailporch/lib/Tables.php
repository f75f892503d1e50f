<?php

/**
 * The module's own tables. Each is made by one statement, so that a missing right leaves no half of a table behind.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Tables
{
    /** How the calls to each portal (server entry) go: when last tried, what fails since when, whether staff have mail. */
    public const PORTALS = 'mod_mailporch_portals';
    /** What was last told to the portal of each service, and what the portal answered for its next invoice. */
    public const STATEMENTS = 'mod_mailporch_statements';
    /** What was written on which invoice, or why nothing was (then `statement` is empty). */
    public const INVOICED = 'mod_mailporch_invoiced';

    private const COLUMNS = [
        self::PORTALS => 'server integer not null primary key, tried bigint not null, failing text not null, '
            . 'since bigint not null, mailed integer not null',
        self::STATEMENTS => 'service integer not null primary key, sent varchar(64) not null, '
            . 'sent_at bigint not null, refusal text not null, as_of bigint not null, '
            . 'currency varchar(16) not null, answer mediumtext not null, used integer not null',
        self::INVOICED => 'invoice integer not null, service integer not null, statement varchar(64) not null, '
            . 'server integer not null, state varchar(16) not null, written bigint not null, '
            . 'since bigint not null, until bigint not null, '
            . 'base_item integer not null, base_amount varchar(32) not null, base_text mediumtext not null, '
            . 'items mediumtext not null, amounts mediumtext not null, checked integer not null, '
            . 'note text not null, mailed integer not null, primary key (invoice, service, statement)',
    ];

    public static function exist(): bool
    {
        return array_reduce(
            array_keys(self::COLUMNS),
            static fn (bool $all, string $table): bool => $all && Capsule::schema()->hasTable($table),
            true
        );
    }

    /** @throws Problem naming the right that is missing */
    public static function make(): void
    {
        foreach (self::COLUMNS as $table => $columns) {
            if (Capsule::schema()->hasTable($table)) {
                continue;
            }
            try {
                Capsule::connection()->statement("create table if not exists $table ($columns)");
            } catch (\Throwable $error) {
                $said = ($error->getPrevious() ?? $error)->getMessage();
                $right = preg_match('/\b([A-Z]+) command denied/', $said, $found) ? $found[1] : 'CREATE';
                throw Problem::of('no_right', $table, $right, $said);
            }
        }
    }
}
