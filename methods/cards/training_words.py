"""Words by which a sentence tells that it is about training, that it is not, or whose it is."""

import re2

TRAINING = re2.compile(
    r"(?i)\b(?:pre-?|re-?)?train(?:ed|ing|s)?\b|\bfine?-?\s?tun(?:ed?|ing)\b|\bpre-?trainig\b|\btrainings(?:zeit|dauer)"
    r"|\b(?:distill?(?:ed|ation)|tuned|sft|dpo|rlhf|qlora|lora)\b"
    r"|\bentra[iî]n|\bentrena|\btrein|\btrainiert|обуч|训练|訓練|微调|学習|훈련|학습"
)
"""Training is spoken of: "was fine-tuned", "Das Training", "训练"."""

NOT_TRAINING = re2.compile(
    # other uses
    r"(?i)\binfer(?:ence|red)|\blatenc|\bthroughput|\bper second\b|\btok(?:en)?s?/s|\bbenchmark"
    r"|\bquanti[sz]|\bggu[fm]|\bimatrix|\bawq\b|\bgptq\b|\bexl2|\bspeed-?up|\bfaster\b|\bslower\b"
    r"|\bruns? (?:on|in|at|with)\b|\brunning on\b|\bto run\b|\bdeploy|\bserv(?:e|ing)\b|\bdemo\b"
    r"|\bdownload|\bload(?:ed|ing)\b|\bsupport(?:s|ed)?\b|\bcompatib|\btest(?:ed|ing) on\b"
    r"|\bin testing\b|\bevaluat(?:ed|ion) (?:on|was|took|used)|\busage\b"
    r"|\b(?:hardware|gpu) warm-?up\b|\bpreprocess|\bto generate\b|\bgenerating\b"
    r"|推理|推論|추론|запус"
    # demands on the reader
    r"|\brequir(?:e|es|ement|ements)\b|\brequired to\b|\bminimum\b|\bmin\.|\brecommend"
    r"|\bat least \d+ ?(?:x|gb|gpu)|\byou(?:'ll|'re|r)?\b|\bcan (?:be|run|also|easily)\b|\bif\b"
    r"|\bshould\b|\bcould\b|\bwould\b|\bmight\b|\bmay (?:be|not|need|run|vary|take)\b"
    r"|\bplease\b|\bhow to\b|\bfits?\b|\bable to\b|\beven (?:when|if|on)\b"
    # memory and what there is not enough of
    r"|\bvram (?:required|needed|used|usage|is|to|for)|\bgpu[ -]memory\b|\bout of memory\b|\boom\b"
    r"|\bmemory (?:of|usage|limit|constraint)|\bnot (?:able|possible|enough)\b|\black of\b|显存"
    # plans, spares, costs and thanks
    r"|\bschedul|\bto be (?:\w+-)?(?:trained|tuned)|\bplan(?:s|ned|ning)? to\b|\bwill be\b"
    r"|\bin reserve\b|\badditional \d|\bcost of\b|\bcredits?\b|\bthank"
    r"|\bsponsor(?:s|ed by|ing|ship)?\b.{0,30}\bmodels\b"
    r"|\bcpu[ -](?:cores?|hours?) (?:of|for|during)\b"
)
"""Another use of hardware and time: inference, demands on the reader, plans, thanks."""

ABOUT_OTHER_USE = re2.compile(
    r"(?i)inferenc|\busage\b|how to (?:use|run|get)|quick ?start|getting started|requirement|deploy"
    r"|install|serving|latency|throughput|quanti[sz]|imatrix|gguf|ollama|llama\.cpp|vllm|example"
    r"|limitation|demo|performance|benchmark|\bspeed\b|run (?:locally|on|the)|evaluat|prompt|server"
    r"|virtual machine|推理|推論|recommend|related work"
)
"""A heading over passages about something else than training."""

_OTHERS = r"(?:base|original|teacher|parent|backbone|upstream|underlying|previous|baseline)"
COPIED = re2.compile(
    rf"(?i)(?:^|\W)(?:the|its|their|this) {_OTHERS} (?:[\w-]+ ){{0,3}}?(?:models?|paper)"
    rf"(?: [\w-]+){{0,3}} (?:was|were|is|are|has|had|took|takes|used|uses|needed)\b"
    r"|\b(?:largest|biggest|larger|smaller|smallest) (?:[\w-]+ )?models?\b"
    rf"|\bby the {_OTHERS} authors\b|\bpaper ?\("
)
"""The model spoken of is another than the card's: "The base model was trained on"."""

COMPARED = re2.compile(r"(?i)\bthe original [\w-]+")
"""A sentence that compares with another model."""

CONTINUES = re2.compile(r"(?i)^\W*(?:also|moreover|furthermore|additionally)\b")
"""A sentence that says more of what the one before spoke of."""

FAMILY = re2.compile(
    r"(?i)\b(?:all|both|these|the \d+|\d+) (?:\w+[ -]){0,3}models\b|\bfamily\b|\bin aggregate\b"
    r"|\bcumulative\b|\ball (?:sizes|variants|experiments)\b|\b(?:the|our) models were\b"
)
"""Words that make a total one of several models."""

SIZE = re2.compile(r"(?i)(?:^|[^\w.])(\d{1,4}(?:\.\d{1,2})?[bm])(?:[^a-z0-9]|$)")
"""The size by which a model is called: "7B", "125m"."""

SAID_OF_ITSELF = re2.compile(
    r"(?i)\b(?:model|it) (?:was|has been|is) (?:\w+ )?(?:pre-?|fine-?)?(?:trained|tuned)\b"
    r"|\btraining (?:was|has been) (?:\w+ )?(?:conducted|done|performed|carried out|run)\b"
)
"""Said of the model wherever it stands: "The model was trained for 8 epochs"."""
