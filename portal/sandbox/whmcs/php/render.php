<?php

/**
 * Renders a template of the module as WHMCS does: by Smarty 3 or 4, which do not escape by themselves.
 */

declare(strict_types=1);

function render(string $smarty, string $folder, string $template, array $variables): string
{
    require_once "$smarty/Smarty.class.php";
    // Smarty 3 is older than this PHP and says so at every call; the module's own mistakes are warnings.
    $report = set_error_handler(static function (int $level, mixed ...$rest) use (&$report): bool {
        return in_array($level, [E_DEPRECATED, E_USER_DEPRECATED], true) || $report($level, ...$rest);
    });
    $compiled = sys_get_temp_dir() . '/mailporch-' . bin2hex(random_bytes(8));
    $engine = new Smarty();
    $engine->setTemplateDir($folder)->setCompileDir($compiled);
    $engine->assign($variables);
    try {
        return $engine->fetch($template);
    } finally {
        array_map('unlink', glob("$compiled/*") ?: []);
        is_dir($compiled) && rmdir($compiled);
    }
}
