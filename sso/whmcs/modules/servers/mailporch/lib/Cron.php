<?php

/**
 * What the module and the portal tell one another around the invoice run: figures before it, what was written after it.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Cron
{
    /** How many services one call is about. */
    private const AT_ONCE = 100;
    /** How long (seconds) a run tells the portal of lines, and of services; the next one goes on. */
    private const TELLING = 60;
    /** When (seconds) what the portal would not hear is told again. */
    private const AGAIN = 86400;

    /** Settle what is due; and once in so many seconds fetch figures. */
    public static function run(int $every, int $timeoutMs = 10000): void
    {
        try {
            Tables::make();
        } catch (Problem $problem) {
            Staff::logDaily($problem->getMessage());
            return;
        }
        foreach (Whmcs::servers() as $server => $params) {
            try {
                self::serve($server, new Portal($params, $timeoutMs), $every);
            } catch (Problem $problem) {
                Attempts::failed($server, $problem->getMessage());
            }
        }
        Ledger::mailNotes();
    }

    private static function serve(int $server, Portal $portal, int $every): void
    {
        $fetches = Attempts::mayTry($server, $every);
        if ($fetches) {
            Ledger::follow($server);
        } elseif (Attempts::isDown($server)) {
            return;
        }
        $end = time() + self::TELLING;
        foreach (Ledger::due($server) as $row) {
            if (time() >= $end) {
                break;
            }
            self::settle($portal, $row);
        }
        if ($fetches) {
            $services = Services::ofServer($server);
            self::tell($portal, [...$services, ...Figures::everTold(Services::ended($server))]);
            self::fetch($portal, Services::ofServer($server, Product::Domain));
            Attempts::succeeded($server);
        }
    }

    /** Tell the portal of a line that was written, or of an invoice that was cancelled. Each may be told again. */
    private static function settle(Portal $portal, object $row): void
    {
        if ($row->state === 'written' && !$row->checked && !self::isThere($row)) {
            return;
        }
        $what = [
            'svc' => (int) $row->service,
            'invoice' => (int) $row->invoice,
            'from' => gmdate('c', (int) $row->since),
            'to' => gmdate('c', (int) $row->until),
        ];
        try {
            if ($row->state === 'cancelled') {
                $portal->release($row->statement, $what);
                Ledger::change($row, ['state' => 'released']);
            } else {
                $portal->settle($row->statement, $what, json_decode($row->amounts, true));
                Ledger::change($row, ['state' => 'settled']);
            }
        } catch (Refused $refusal) {
            if (!$refusal->mayPass()) {
                $act = $row->state === 'cancelled' ? 'release' : 'settle';
                Ledger::note($row, "the portal would not $act its lines. {$refusal->getMessage()}", [
                    'state' => 'refused',
                ]);
            }
        }
    }

    /** Compare the invoice with what was written. Lines that are not there are not settled: the next invoice has them. */
    private static function isThere(object $row): bool
    {
        $items = json_decode($row->items, true);
        $found = Capsule::table('tblinvoiceitems')->whereIn('id', array_keys($items))->pluck('amount', 'id')->all();
        $intact = array_filter(
            $items,
            static fn (string $amount, int $item): bool => Money::same($found[$item] ?? null, $amount),
            ARRAY_FILTER_USE_BOTH
        );
        $base = $found[$row->base_item] ?? null;
        // Staff who put another price there have seen the invoice: that one stands.
        if ($items && !$intact && ($base === null || Money::same($base, $row->base_amount))) {
            Ledger::note($row, 'the lines for what was used are not on the invoice. The next invoice has them.', [
                'state' => 'lost',
            ]);
            return false;
        }
        if (count($intact) < count($items)) {
            $changed = array_diff_key($items, $intact);
            $first = array_key_first($changed);
            Ledger::note(
                $row,
                'lines were changed after they were written: ' . count($changed) . ' of ' . count($items)
                    . ", the first of them number $first, which was $changed[$first].",
                ['checked' => 1]
            );
        } elseif (!self::isAddedUp((int) $row->invoice)) {
            Ledger::note($row, 'WHMCS did not add up the invoice again after its lines were written.', ['checked' => 1]);
        } else {
            Ledger::change($row, ['checked' => 1]);
        }
        return true;
    }

    /** Whether the sub-total is of the lines, without their tax or with it. Cents that rounding took do not matter. */
    private static function isAddedUp(int $invoice): bool
    {
        $row = Capsule::table('tblinvoices')->where('id', $invoice)->first();
        $lines = Capsule::table('tblinvoiceitems')->where('invoiceid', $invoice)->pluck('amount')->all();
        if ($row === null) {
            return true; // Merged into another one.
        }
        try {
            $sum = array_sum(array_map(Money::cents(...), $lines));
            $subtotal = Money::cents($row->subtotal);
            $taxes = Money::cents($row->tax) + Money::cents($row->tax2);
        } catch (Problem) {
            return false;
        }
        return min(abs($sum - $subtotal), abs($sum - $subtotal - $taxes)) < 5;
    }

    /** @param list<int> $services */
    private static function tell(Portal $portal, array $services): void
    {
        $end = time() + self::TELLING;
        foreach (array_chunk($services, self::AT_ONCE) as $some) {
            $known = Figures::of($some);
            foreach (Services::described($some) as $id => $facts) {
                unset($facts['server']);
                $digest = Registration::digest($facts);
                $before = $known[$id] ?? null;
                $told = ($before->sent ?? '') === $digest;
                if (Registration::isNameless($facts) || ($told && ($before->refusal === '' || $before->sent_at > time() - self::AGAIN))) {
                    continue;
                }
                if (time() >= $end) {
                    return;
                }
                try {
                    Registration::tell($portal, $id, $facts);
                } catch (Refused $refusal) {
                    if ($refusal->mayPass()) {
                        continue;
                    }
                    Figures::told($id, $digest, $refusal->getMessage());
                    if (($before->refusal ?? '') !== $refusal->getMessage()) {
                        Staff::log("Service $id ({$facts['name']}): {$refusal->getMessage()}", $facts['client']);
                    }
                }
            }
        }
    }

    /** @param list<int> $services */
    private static function fetch(Portal $portal, array $services): void
    {
        $services = array_values(array_diff($services, Ledger::unsettled()));
        $unreadable = null;
        foreach (array_chunk($services, self::AT_ONCE) as $some) {
            $before = Figures::of($some);
            $asked = Services::described($some);
            $asOf = time();
            $answers = $portal->statements(array_map(
                static fn (int $id, array $facts): array => ['svc' => $id]
                    + array_intersect_key($facts, ['billing' => 0, 'lang' => 0, 'currency' => 0]),
                array_keys($asked),
                $asked
            ));
            foreach (array_intersect_key($answers, $asked) as $id => $answer) {
                if (($answer['error'] ?? null) === Figures::UNKNOWN) {
                    // It may have been told by another portal's database: it is told again.
                    if (($before[$id]->refusal ?? '') === '') {
                        Figures::told($id, '');
                    }
                } elseif (isset($answer['error'])) {
                    continue;
                } else {
                    try {
                        Statement::all($answer);
                    } catch (Problem $problem) {
                        $unreadable = $problem;
                        continue;
                    }
                }
                Figures::keep($id, (int) ($before[$id]->used ?? 0), $asOf, $asked[$id]['currency']['code'], $answer);
            }
        }
        if ($unreadable !== null) {
            throw $unreadable;
        }
    }
}
