<?php

/**
 * The module's rows on the admin's service page: a way in, what is wrong, and how the service is doing.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class AdminPage
{
    /** The page waits for it (ms). */
    private const PATIENCE = 4000;
    private const RECORDS = [
        'mx' => 'MX',
        'spf' => 'SPF',
        'dkim' => 'DKIM',
        'dmarc' => 'DMARC',
        'autodiscover' => 'Autodiscover',
    ];

    /**
     * @param array<string, mixed> $params
     * @param callable(string, array<string, mixed>, \Throwable): string $explain what went wrong, as a sentence
     * @return array<string, string> label => HTML
     */
    public static function rows(Product $product, array $params, callable $explain): array
    {
        $texts = Language::texts(Whmcs::language());
        $warnings = self::unseen($product, (int) ($params['serverid'] ?? 0), $texts);
        try {
            $portal = new Portal($params, self::PATIENCE);
            $link = $portal->link(HandOff::toService($product, $params, $portal->tenant, 'top'));
            $rows = [$texts['admin_row'] => self::link($link, 'admin_open') . ' ' . self::html($texts['admin_hint'])];
        } catch (\Throwable $error) {
            return [$texts['admin_row'] => self::html($explain('AdminServicesTabFields', $params, $error))]
                + self::listed($texts['admin_warnings'], $warnings);
        }
        try {
            $summary = $portal->summary(Services::id($params));
            $warnings = [...$warnings, ...self::sentences($summary['plan_errors'] ?? []),
                ...self::sentences($summary['plan_warnings'] ?? []), ...self::unbilled($summary, $texts)];
            $rows += self::described($summary, $texts);
        } catch (\Throwable $error) {
            $rows[$texts['admin_state']] = self::html($explain('AdminServicesTabFields', $params, $error));
        }
        return $rows + self::listed($texts['admin_warnings'], $warnings);
    }

    /** A signed link for a new tab, as a button. */
    public static function link(string $address, string $label): string
    {
        return '<a class="btn btn-default" target="_blank" rel="noopener noreferrer" href="' . self::html($address) . '">'
            . self::html(Language::texts(Whmcs::language())[$label]) . '</a>';
    }

    /**
     * @param array<string, string> $texts
     * @return list<string>
     */
    private static function unseen(Product $product, int $server, array $texts): array
    {
        $sentences = [];
        foreach (Seen::missing($server) as $name => $since) {
            $sentences[] = sprintf($texts["{$name}_{$product->word()}"], $since);
        }
        return $sentences;
    }

    /**
     * @param array<string, mixed> $summary
     * @param array<string, string> $texts
     * @return list<string> what a service that ended used, and nobody pays by itself
     */
    private static function unbilled(array $summary, array $texts): array
    {
        $sentences = [];
        foreach ((array) ($summary['unbilled'] ?? []) as $period) {
            $sentences[] = sprintf($texts['unbilled'], self::time($period['from'] ?? ''), self::time($period['to'] ?? ''));
        }
        return $sentences;
    }

    /**
     * @param array<string, mixed> $summary
     * @param array<string, string> $texts
     * @return array<string, string>
     */
    private static function described(array $summary, array $texts): array
    {
        $state = Whmcs::text($summary['status']);
        $server = Whmcs::text($summary['server'] ?? '');
        $error = Whmcs::text($summary['last_error'] ?? '');
        $done = $summary['last_activity'] ?? null;
        $rows = [
            'admin_state' => ($texts["state_$state"] ?? $state) . ($server === '' ? '' : " ($server)"),
            'admin_usage' => self::usage($summary['usage'] ?? null, $texts),
            'admin_dns' => self::records((array) ($summary['dns'] ?? []), $texts),
            'admin_last_error' => $error === '' ? '' : "$error {$texts['admin_finish']}",
            'admin_last_activity' => !is_array($done) ? '' : self::time($done['at'] ?? '') . ', ' . implode(' ', array_map(
                static fn (string $part): string => Whmcs::text($done[$part] ?? ''),
                ['who', 'action', 'subject', 'result']
            )),
        ];
        $labelled = [];
        foreach (array_filter($rows) as $label => $text) {
            $labelled[$texts[$label]] = self::html($text);
        }
        return $labelled;
    }

    /** @param array<string, string> $texts */
    private static function usage(mixed $read, array $texts): string
    {
        if (!is_array($read) || !is_numeric($read['disk'] ?? null)) {
            return $texts['usage_never_read'];
        }
        $limit = $read['disk_limit'] ?? 0;
        $parts = [self::gb($read['disk']) . ($limit > 0 ? ' / ' . self::gb($limit) : '')];
        foreach (['mailboxes', 'aliases', 'eas', 'mapi'] as $what) {
            // What could not be read is left out: it is not 0.
            if (is_int($read[$what] ?? null)) {
                $parts[] = "{$texts["usage_$what"]}: $read[$what]";
            }
        }
        return implode(', ', $parts) . ' (' . self::time($read['as_of'] ?? '') . ')';
    }

    /**
     * @param array<string, mixed> $found by record
     * @param array<string, string> $texts
     */
    private static function records(array $found, array $texts): string
    {
        $parts = [];
        foreach (array_intersect_key(self::RECORDS, $found) as $record => $name) {
            $verdict = Whmcs::text($found[$record]['verdict'] ?? '');
            $parts[] = "$name: " . ($texts["dns_$verdict"] ?? $verdict);
        }
        return implode(', ', $parts);
    }

    private static function gb(mixed $bytes): string
    {
        return number_format($bytes / 2 ** 30, 2, '.', '') . ' GB';
    }

    /** In this WHMCS's own time. */
    private static function time(mixed $moment): string
    {
        $at = strtotime(Whmcs::text($moment));
        return $at === false ? '?' : date('Y-m-d H:i', $at);
    }

    /** @return list<string> */
    private static function sentences(mixed $found): array
    {
        return array_values(array_filter(array_map(Whmcs::text(...), (array) $found)));
    }

    /**
     * @param list<string> $sentences
     * @return array<string, string>
     */
    private static function listed(string $label, array $sentences): array
    {
        $items = array_map(static fn (string $it): string => '<li>' . self::html($it) . '</li>', $sentences);
        return $items ? [$label => '<ul class="list-unstyled">' . implode('', $items) . '</ul>'] : [];
    }

    private static function html(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES, 'UTF-8');
    }
}
