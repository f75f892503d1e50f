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
    private const RECORDS = ['mx' => 'MX', 'spf' => 'SPF', 'dkim' => 'DKIM', 'dmarc' => 'DMARC', 'autodiscover' => 'Autodiscover'];

    /**
     * @param array<string, mixed> $params
     * @param callable(string, array<string, mixed>, \Throwable): string $explain what went wrong, as a sentence
     * @return array<string, string> label => HTML
     */
    public static function rows(array $params, callable $explain): array
    {
        $texts = Language::texts(Whmcs::language());
        $warnings = self::unseen((int) ($params['serverid'] ?? 0), $texts);
        try {
            $portal = new Portal($params, self::PATIENCE);
            $link = $portal->link(HandOff::toService($params, $portal->tenant, 'top'));
            $rows = [$texts['admin_row'] => self::link($link, 'admin_open') . ' ' . self::html($texts['admin_hint'])];
        } catch (\Throwable $error) {
            return [$texts['admin_row'] => self::html($explain('AdminServicesTabFields', $params, $error))]
                + self::listed($texts['admin_warnings'], $warnings);
        }
        try {
            $summary = $portal->summary(Services::id($params));
            $warnings = [...$warnings, ...self::sentences($summary['plan_errors'] ?? []),
                ...self::sentences($summary['plan_warnings'] ?? [])];
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
    private static function unseen(int $server, array $texts): array
    {
        $sentences = [];
        foreach (Seen::missing($server) as $name => $since) {
            $sentences[] = sprintf($texts[$name], $since);
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
        return [];
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
