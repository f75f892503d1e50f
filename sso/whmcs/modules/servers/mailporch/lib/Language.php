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

    /** A BCP 47 tag; English for a language that we do not know. */
    public static function tag(string $name): string
    {
        return self::TAGS[$name] ?? 'en';
    }

    /** @return array<string, string> the module's sentences; what a language lacks is English */
    public static function texts(string $name): array
    {
        $english = require __DIR__ . '/../lang/english.php';
        $file = __DIR__ . "/../lang/$name.php";
        return preg_match('/^[a-z-]+$/D', $name) && is_file($file) ? (require $file) + $english : $english;
    }

    /** A sentence for the admin who looks at the page; where nobody does, in the language of this WHMCS. */
    public static function forStaff(string $sentence, string|int|float ...$with): string
    {
        $name = Whmcs::inAdminArea() ? Whmcs::language() : Whmcs::systemLanguage();
        return sprintf(self::texts($name)["error_$sentence"], ...$with);
    }
}
