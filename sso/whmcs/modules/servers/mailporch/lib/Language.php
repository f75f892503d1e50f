<?php

/**
 * From WHMCS's language names to language tags, and to the module's own few sentences.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Language
{
    /** WHMCS names a language by its file; spellings are WHMCS's. */
    private const TAGS = [
        'arabic' => 'ar', 'azerbaijani' => 'az', 'catalan' => 'ca', 'chinese' => 'zh-TW', 'croatian' => 'hr',
        'czech' => 'cs', 'danish' => 'da', 'dutch' => 'nl', 'english' => 'en', 'estonian' => 'et', 'farsi' => 'fa',
        'french' => 'fr', 'german' => 'de', 'hebrew' => 'he', 'hungarian' => 'hu', 'indonesian' => 'id',
        'italian' => 'it', 'macedonian' => 'mk', 'norwegian' => 'nb', 'portuguese-br' => 'pt-BR',
        'portuguese-pt' => 'pt-PT', 'romanian' => 'ro', 'russian' => 'ru', 'spanish' => 'es', 'swedish' => 'sv',
        'turkish' => 'tr', 'ukranian' => 'uk',
    ];

    /** A BCP 47 tag; of a language of the seller's own, "french-ca", that of French; English where we know none. */
    public static function tag(string $name): string
    {
        return self::TAGS[$name] ?? self::TAGS[self::kin($name)] ?? 'en';
    }

    /** @return array<string, string> the module's sentences; what a language lacks is English */
    public static function texts(string $name): array
    {
        $english = require __DIR__ . '/../lang/english.php';
        $known = preg_match('/^[a-z-]+$/D', $name) === 1 ? [$name, self::kin($name)] : [];
        foreach ($known as $one) {
            $file = __DIR__ . "/../lang/$one.php";
            if (is_file($file)) {
                return (require $file) + $english;
            }
        }
        return $english;
    }

    /** WHMCS's language of which this is a kind: its files are "portuguese-br", "portuguese-pt" and "french". */
    private static function kin(string $name): string
    {
        $base = explode('-', $name)[0];
        return $base === 'portuguese' ? 'portuguese-br' : $base;
    }

    /** A sentence for the admin who looks at the page; where nobody does, in the language of this WHMCS. */
    public static function forStaff(string $sentence, string|int|float ...$with): string
    {
        $name = Whmcs::inAdminArea() ? Whmcs::language() : Whmcs::systemLanguage();
        return sprintf(self::texts($name)["error_$sentence"], ...$with);
    }
}
