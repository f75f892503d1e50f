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
        self::turnRows(self::rows()->where('invoice', $invoice)->get()->all(), $alive);
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
            // Merging moves a line to another invoice and takes the old one away: the line is still billed.
            $moved = Capsule::table('tblinvoiceitems')
                ->whereIn('id', array_column($some, 'base_item'))
                ->pluck('invoiceid', 'id')
                ->all();
            $on = static fn (object $row): int => (int) ($moved[$row->base_item] ?? $row->invoice);
            $status = Capsule::table('tblinvoices')
                ->whereIn('id', array_map($on, $some))
                ->pluck('status', 'id')
                ->all();
            foreach ($some as $row) {
                self::turnRows([$row], ($status[$on($row)] ?? 'Cancelled') !== 'Cancelled');
            }
        }
    }

    /** @param list<object> $rows */
    private static function turnRows(array $rows, bool $alive): void
    {
        $turns = $alive
            ? ['cancelled' => 'written', 'released' => 'written']
            : ['written' => 'cancelled', 'settled' => 'cancelled'];
        foreach ($rows as $row) {
            if (isset($turns[$row->state])) {
                self::change($row, ['state' => $turns[$row->state]]);
            }
        }
    }

    private static function rows(): mixed
    {
        return Capsule::table(Tables::INVOICED);
    }
}
