<?php

/**
 * Runs one function or hook of the module without WHMCS: the call comes as JSON on stdin, what happened goes to stdout as JSON.
 * The fields are described in ../php.py.
 */

declare(strict_types=1);

require __DIR__ . '/whmcs.php';
require __DIR__ . '/render.php';

$call = json_decode(stream_get_contents(STDIN), true, 64, JSON_THROW_ON_ERROR);
Stage::open($call);

define('MODULES', $call['modules'] ?? __DIR__ . '/../../../../sso/whmcs/modules/servers');
$module = $call['module'] ?? 'mailporch';
foreach ($call['active'] ?? ['mailporch', 'mailporchbox'] as $active) {
    require MODULES . "/$active/hooks.php";
}
require MODULES . "/$module/$module.php";

ob_start();
$result = isset($call['hook'])
    ? Stage::reach($call['hook'], $call['params'])
    : ("{$module}_{$call['function']}")(Stage::params($call['params']));
$result = $result instanceof JsonSerializable ? $result->jsonSerialize() : $result;
$page = is_array($result) ? $result['tabOverviewReplacementTemplate'] ?? null : null;
if ($page !== null && isset($call['render'])) {
    $html = render($call['render'], MODULES . "/$module", $page, $result['templateVariables']);
}
$printed = ob_get_clean();
if ($printed !== '') {
    Stage::$errors[] = "printed: $printed";
}

echo json_encode([
    'result' => $result,
    'html' => $html ?? null,
    'headers' => Stage::$headers,
    'module_calls' => Stage::$moduleCalls,
    'activity' => Stage::$activity,
    'mails' => Stage::$mails,
    'errors' => Stage::$errors,
], JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
