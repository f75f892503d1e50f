<?php

/**
 * What was written on which invoice, and how far the portal knows of it.
 *
 * written → settled; a cancelled invoice: cancelled → released, and back to written when it is opened again. `left`: the
 * base line stayed as it was; `lost`: the lines are not on the invoice; `refused`: the portal would not settle.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Ledger
{
    /** Invoices of this age (seconds) are looked at again by themselves; older ones when WHMCS says that they change. */
    private const FOLLOWED = 100 * 86400;

    public static function knows(int $invoice, int $service): bool
    {
        return self::rows()->where('invoice', $invoice)->where('service', $service)->exists();
    }

    /** @param array<string, mixed> $row */
    public static function add(int $invoice, int $service, array $row): void
    {
        self::rows()->insert(['invoice' => $invoice, 'service' => $service] + $row + [
            'statement' => '',
            'state' => 'left',
            'written' => time(),
            'since' => 0,
            'until' => 0,
            'base_item' => 0,
            'base_amount' => '',
            'base_text' => '',
            'items' => '{}',
            'amounts' => '[]',
            'checked' => 0,
            'note' => '',
            'mailed' => 0,
        ]);
    }

    /**
     * Services with lines that the portal does not know of yet: what it would answer now, it answered before.
     *
     * @return list<int>
     */
    public static function unsettled(): array
    {
        $rows = self::rows()->whereIn('state', ['written', 'cancelled'])->get();
        return $rows->pluck('service')->map(static fn ($id): int => (int) $id)->all();
    }

    /** @return list<object> what a portal is to be told */
    public static function due(int $server): array
    {
        $rows = self::rows()->where('server', $server)->whereIn('state', ['written', 'cancelled']);
        return $rows->orderBy('written')->get()->all();
    }

    /** @param array<string, mixed> $change */
    public static function change(object $row, array $change): void
    {
        self::rows()
            ->where('invoice', $row->invoice)
            ->where('service', $row->service)
            ->where('statement', $row->statement)
            ->where('state', $row->state)
            ->update($change);
    }

    /** Leave a sentence with a row, in the activity log now and in the next mail to staff. */
    public static function note(object $row, string $sentence, array $change): void
    {
        $sentence = "Invoice #$row->invoice, service $row->service: $sentence";
        self::change($row, $change + ['note' => $sentence, 'mailed' => 0]);
        Staff::log($sentence);
    }

    /** Mail staff what they have not been mailed. They have read it in the activity log, so a mail that fails is no loss. */
    public static function mailNotes(): void
    {
        $rows = self::rows()->where('mailed', 0)->where('note', '<>', '')->get()->all();
        foreach ($rows as $row) {
            self::change($row, ['mailed' => 1]);
        }
        if ($rows) {
            Staff::mail(array_column($rows, 'note'));
        }
    }

    /** An invoice was cancelled (not alive), or opened again. The portal is told by the cron. */
    public static function turn(int $invoice, bool $alive): void
    {
        $rows = self::rows()->where('invoice', $invoice)->get()->all();
        self::turnRows($rows, [$invoice => $alive ? 'Unpaid' : 'Cancelled']);
    }

    /** What billed the service for a part of the statement's time, and is on an invoice still. */
    public static function holder(int $service, Statement $statement): ?object
    {
        $rows = self::rows()
            ->where('service', $service)
            ->whereIn('state', ['written', 'settled', 'cancelled', 'released', 'refused'])
            ->where('since', '<', $statement->until)
            ->where('until', '>', $statement->since)
            ->get()
            ->all();
        $place = array_search(true, self::alive($rows), true);
        return $place === false ? null : $rows[$place];
    }

    /** The portal has forgotten that this was settled. */
    public static function tellAgain(object $row): void
    {
        if ($row->state === 'settled') {
            self::change($row, ['state' => 'written']);
        }
    }

    /** Find the invoices that were cancelled, deleted or opened again without WHMCS saying so. */
    public static function follow(int $server): void
    {
        $rows = self::rows()
            ->where('server', $server)
            ->whereIn('state', ['written', 'settled', 'cancelled', 'released'])
            ->where('written', '>', time() - self::FOLLOWED)
            ->get()
            ->all();
        foreach (array_chunk($rows, 500) as $some) {
            self::turnRows($some);
        }
    }

    /**
     * @param list<object> $rows
     * @param array<int, string> $known what invoices have just become
     */
    private static function turnRows(array $rows, array $known = []): void
    {
        $turns = [
            ['written' => 'cancelled', 'settled' => 'cancelled'],
            ['cancelled' => 'written', 'released' => 'written'],
        ];
        foreach (self::alive($rows, $known) as $place => $alive) {
            $row = $rows[$place];
            if (isset($turns[(int) $alive][$row->state])) {
                self::change($row, ['state' => $turns[(int) $alive][$row->state]]);
            }
        }
    }

    /**
     * Whether each of these has a line on an invoice that is not cancelled: merging and splitting move lines to others.
     * Where one line is, the window is billed, so that none is billed twice.
     *
     * @param list<object> $rows
     * @param array<int, string> $known
     * @return list<bool>
     */
    private static function alive(array $rows, array $known = []): array
    {
        $on = self::invoicesOf(array_column($rows, 'base_item'));
        $own = array_map(static fn (object $row): int => (int) ($on[$row->base_item] ?? $row->invoice), $rows);
        $billing = array_flip(self::inForce($own, $known));
        return array_map(static function (object $row, int $invoice) use ($billing, $known): bool {
            $items = isset($billing[$invoice]) ? [] : array_keys(json_decode($row->items, true));
            return $items ? self::inForce(self::invoicesOf($items), $known) !== [] : isset($billing[$invoice]);
        }, $rows, $own);
    }

    /**
     * @param list<int> $items
     * @return array<int, int> by item
     */
    private static function invoicesOf(array $items): array
    {
        return Capsule::table('tblinvoiceitems')->whereIn('id', $items)->pluck('invoiceid', 'id')->all();
    }

    /**
     * @param array<int> $invoices
     * @param array<int, string> $known
     * @return list<int> those that are there and not cancelled
     */
    private static function inForce(array $invoices, array $known): array
    {
        $invoices = array_unique($invoices);
        $status = Capsule::table('tblinvoices')->whereIn('id', $invoices)->pluck('status', 'id')->all();
        $status = array_intersect_key($known, array_flip($invoices)) + $status;
        return array_keys(array_diff($status, ['Cancelled']));
    }

    private static function rows(): mixed
    {
        return Capsule::table(Tables::INVOICED);
    }
}
