{* Instead of the frame: $notice says why, in a sentence for the customer. *}
<div class="alert alert-info" role="status">{$notice|escape:'html':'UTF-8'}</div>
